"""Writing frames as an .avi file whose frames stand each for itself."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.machine.durable import write_durably
from netwright.records.errors import DataError, MissingExtraError

_QUALITY = 3
"""Quantiser of Motion JPEG: 2 is the finest, 31 the coarsest."""
_FRAME_SHAPE = 4


def encode_video(frames: NDArray[np.uint8], rate: int = 25) -> bytes:
    """Return frames as the content of an .avi file, Motion JPEG at 4:2:0.

    Every frame is coded by itself, so that frames in reversed order give files whose frames are the same in reversed
    order. A codec that predicts frames from earlier ones (MPEG-4, H.264) would leave a trace of the order of time in
    single frames.

    Args:
        frames: (T, H, W, 3): red, green, blue.
        rate: Frames a second.

    Returns:
        The content; equal frames give equal content with one version of PyAV.

    Raises:
        DataError: There are no frames, or they are of another form.
        MissingExtraError: PyAV is not installed.
    """
    if frames.ndim != _FRAME_SHAPE or frames.shape[-1] != 3 or frames.dtype != np.uint8 or not frames.size:
        raise DataError(
            f"a video of {frames.dtype} {frames.shape} cannot be written; give bytes, (frames, height, width, 3), of "
            "one frame or more"
        )
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("writing video files", "video") from error
    content = io.BytesIO()
    with av.open(content, "w", format="avi") as container:
        stream = container.add_stream("mjpeg", rate=rate)
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuvj420p"
        stream.codec_context.qmin = stream.codec_context.qmax = _QUALITY
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
    return content.getvalue()


def write_video(path: Path, frames: NDArray[np.uint8], rate: int = 25) -> None:
    """Write frames as an .avi file, whole or not at all; see `encode_video`.

    Args:
        path: The file; its folder exists.
        frames: (T, H, W, 3).
        rate: Frames a second.
    """
    write_durably(path, encode_video(frames, rate))


def is_whole(path: Path) -> bool:
    """Return whether an .avi file is there and as long as its header says, which one cut short is not.

    Args:
        path: The file.

    Returns:
        False where there is no file, or it is no .avi.

    Source: Microsoft's RIFF: 4 bytes "RIFF", then the length of all that follows, 32 bits, little end first.
    """
    try:
        with path.open("rb") as file:
            head = file.read(8)
        return head[:4] == b"RIFF" and int.from_bytes(head[4:], "little") == path.stat().st_size - 8
    except FileNotFoundError:
        return False
