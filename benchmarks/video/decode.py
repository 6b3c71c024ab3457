"""Decoding and resizing a 320x240 video, against bare PyAV on the same frames and the same work, in the same run.

Run: python benchmarks/video/decode.py [--repeats 15]

The file is 320x240 at 25 frames a second, MPEG-4 part 2 in .avi, as the videos of UCF101 are. Both sides decode every
frame with one thread, resize it to 149x112 with libswscale's bilinear filter, and end with red, green and blue in
numpy. Two bare forms: `reformat` called on each frame, as PyAV's documentation has it, and one `VideoReformatter` for
all frames. Ours also tells times, damage and rotation, and cuts the middle square. What is measured is processor time,
all of it in one thread: other work on the machine disturbs it less than the time on the wall.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from netwright.data.clip_sampling import EvenSampling
from netwright.data.frame_form import CentreSquare, Resized
from netwright.data.video_clip import ClipForm, read_clips
from netwright.data.video_frames import video_frames

HEIGHT, WIDTH, COUNT = 240, 320, 300
SMALL = (112, 149)


def make(path: Path) -> None:
    """Write moving textures: noise of several scales that drifts, as costly to decode as a handheld camera's view."""
    random = np.random.default_rng(0)
    texture = sum(
        np.kron(random.integers(0, 256, (480 // cell, 640 // cell, 3)), np.ones((cell, cell, 1))) for cell in (40, 8, 2)
    )
    pixels = (texture / 3).astype(np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.height, stream.width, stream.pix_fmt, stream.bit_rate = HEIGHT, WIDTH, "yuv420p", 500_000
        for number in range(COUNT):
            down, right = round(60 + 60 * np.sin(number / 20)), round(number * 320 / COUNT)
            view = np.ascontiguousarray(pixels[down : down + HEIGHT, right : right + WIDTH])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(view, "rgb24")))
        container.mux(stream.encode())


def bare(path: Path) -> int:
    """PyAV alone, as its documentation has it."""
    count = 0
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            frame.reformat(SMALL[1], SMALL[0], "rgb24", interpolation="BILINEAR").to_ndarray()
            count += 1
    return count


def bare_kept(path: Path) -> int:
    """PyAV alone, with one reformatter for all frames."""
    count, reformatter = 0, VideoReformatter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        for frame in container.decode(stream):
            reformatter.reformat(frame, SMALL[1], SMALL[0], "rgb24", interpolation="BILINEAR").to_ndarray()
            count += 1
    return count


def ours(path: Path) -> int:
    """The frames of this library, of the same size."""
    return sum(1 for _ in video_frames(path, Resized(*SMALL)))


def ours_square(path: Path) -> int:
    """The frames of this library as data sets have them: the middle square of 112."""
    return sum(1 for _ in video_frames(path, CentreSquare(SMALL[0])))


def ours_clip(path: Path) -> int:
    """A clip of 16 frames over the whole video, as data sets have it."""
    read_clips(path, ClipForm(EvenSampling(16), SMALL[0]))
    return COUNT


def seconds(way: Callable[[Path], int], path: Path) -> float:
    """Return the processor time that a way takes for the file."""
    start = time.process_time()
    if way(path) != COUNT:
        raise SystemExit(f"{way.__name__} did not see all {COUNT} frames")
    return time.process_time() - start


def main() -> None:
    """Print medians and spreads; all ways alternate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=15)
    repeats = parser.parse_args().repeats
    ways = (bare, bare_kept, ours, ours_square, ours_clip)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "moving.avi")
        make(path)
        for first, second in zip(video_frames(path, Resized(*SMALL)), av.open(str(path)).decode(video=0)):
            small = second.reformat(SMALL[1], SMALL[0], "rgb24", interpolation="BILINEAR").to_ndarray()
            np.testing.assert_array_equal(first.pixels, small)
        print(f"{COUNT} frames of {WIDTH}x{HEIGHT}, {path.stat().st_size / 1e3:.0f} kB; both sides give equal pixels")
        for way in ways:
            seconds(way, path)
        times = {way: [] for way in ways}
        for _ in range(repeats):
            for way in ways:
                times[way].append(seconds(way, path))
    for way in ways:
        rates = sorted(COUNT / taken for taken in times[way])
        print(f"{way.__name__}: {statistics.median(rates):.0f} frames/s ({rates[0]:.0f} to {rates[-1]:.0f})")
    for peer in (bare, bare_kept):
        ratios = sorted(theirs / mine for theirs, mine in zip(times[peer], times[ours]))
        middle = statistics.median(ratios)
        print(f"ours over {peer.__name__}: {middle:.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f}; {repeats} pairs)")


if __name__ == "__main__":
    main()
