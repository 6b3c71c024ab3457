"""Decoding the videos of one part of a data set into the cache, several files side by side."""

import shutil
import time
from collections import deque
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from netwright.data.frame_cache import Entry, FrameCache, file_entry
from netwright.data.video_clip import ClipForm, read_clips
from netwright.data.video_file import BrokenVideoError
from netwright.machine.hardware import usable_cores
from netwright.machine.progress import Progress
from netwright.records.errors import StorageError

Decoded = tuple[Entry, NDArray[np.uint8] | None]
_AHEAD = 2
"""Videos a core that are decoded before they are written."""


def decode_part(cache: FrameCache, videos: Sequence[Path], form: ClipForm, progress: Progress) -> Tensor:
    """Return the clips of videos, decoded where the cache does not hold them; a cut-off decoding is taken up again.

    Decoders leave the interpreter free, so threads run side by side, each with one file. The clips come in the order
    of the videos, whichever is decoded first.

    Args:
        cache: Where the clips are kept; its `entries` then tell of every video, also of those that cannot be used.
        videos: The files.
        form: How they become clips.
        progress: Told of each video.

    Returns:
        uint8 (N, 3, frames, height, width), mapped from the cache.

    Raises:
        StorageError: The disk does not hold the clips.
    """
    wanted = [file_entry(path) for path in videos]
    done = cache.resume(wanted)
    left = list(zip(wanted, videos, strict=True))[done:]
    if not left:
        return cache.finish()
    _check_disk(cache, len(left), form)
    progress.start(len(videos), f"decoding {len(left)} {cache.name} videos")
    began = time.monotonic()
    try:
        with closing(_side_by_side(left, form)) as results:
            for count, (entry, clips) in enumerate(results, 1):
                cache.append(entry, clips)
                pace = (time.monotonic() - began) / count
                progress.advance(done + count, Path(entry.file).name, pace * (len(left) - count))
    finally:
        # also where the user stops it: what was decoded is kept
        cache.flush()
        progress.stop()
    return cache.finish()


def _side_by_side(left: Sequence[tuple[Entry, Path]], form: ClipForm) -> Generator[Decoded]:
    workers = usable_cores()
    waiting: deque[Future[Decoded]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="decode")
    try:
        for entry, path in left:
            waiting.append(pool.submit(_decode, entry, path, form))
            if len(waiting) > _AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _decode(entry: Entry, path: Path, form: ClipForm) -> Decoded:
    try:
        # the folder too: file names alone may repeat from class to class
        read = read_clips(path, form, f"{path.parent.name}/{path.name}")
    except BrokenVideoError as error:
        return replace(entry, frames=error.frames, damage=error.found), None
    return replace(entry, clips=len(read.clips), frames=read.frames, damage=read.damage), read.clips


def _check_disk(cache: FrameCache, videos: int, form: ClipForm) -> None:
    needed = videos * form.clips * int(np.prod(form.shape))
    folder = next(parent for parent in cache.journal.parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StorageError(
            f"the clips of {videos} videos take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free at {folder}; "
            "ask for fewer or smaller frames, such as ?frames=8&size=64, or set NETWRIGHT_CACHE to another disk"
        )
