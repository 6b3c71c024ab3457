"""Small video files, written where a test wants them."""

import av
import numpy as np
import pytest


@pytest.fixture
def write_video():
    return written


def written(path, frames, rate=10, codec="mjpeg", pixel_format="yuvj444p", times=None):
    """Write frames, uint8 (T, H, W, 3), and return the path; `times` are ticks of 1/rate."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = pixel_format
        for index, pixels in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            picture.pts = index if times is None else times[index]
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path
