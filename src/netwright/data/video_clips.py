"""Labelled videos of a folder as clips of one shape, decoded once into the cache.

A clip takes 3 T H W bytes: at 16 frames of 112 x 112 pixels, the 9,537 training videos of UCF101's split 1 take 5.7 GB,
and 8.0 GB with the test videos. They are on the disk, mapped into memory as they are needed.
"""

import fcntl
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from netwright.data.clip_decoding import decode_part
from netwright.data.clip_sampling import EvenSampling, StridedSampling
from netwright.data.fingerprint import fingerprint
from netwright.data.frame_cache import Entry, FrameCache
from netwright.data.hmdb51 import read_hmdb51
from netwright.data.kinetics import read_kinetics
from netwright.data.ucf101 import read_ucf101
from netwright.data.video_clip import ClipForm
from netwright.data.video_folder import read_video_folder
from netwright.data.video_layout import LabelledVideo, VideoLayout
from netwright.data.videos import VideoDataset
from netwright.data.videos_address import VideosAddress
from netwright.machine.cache import cache_folder
from netwright.machine.durable import write_durably
from netwright.machine.progress import Progress, progress_for
from netwright.records.errors import DataError, StorageError

MOST_BROKEN = 0.1
"""Share of the videos of a part that may be unusable; with more, something is wrong with the copy."""
_VERSION = "1"
_NAMED = 10
_READERS: Mapping[str, Callable[[VideosAddress], VideoLayout]] = {
    "folder": lambda address: read_video_folder(address.path),
    "ucf101": lambda address: read_ucf101(address.path, address.split),
    "hmdb51": lambda address: read_hmdb51(address.path, address.split),
    "kinetics": lambda address: read_kinetics(address.path),
}


@dataclass(frozen=True, eq=False)
class _Part:
    """One part of a layout, decoded: what is said of a clip stands at its place."""

    clips: Tensor
    labels: Tensor
    files: tuple[str, ...]
    origins: tuple[str, ...]
    notes: tuple[str, ...]


def load(address: VideosAddress, progress: Progress | None = None) -> VideoDataset:
    """Return the videos of a folder as clips.

    What is decoded is kept in the cache, and only what changed is decoded anew. Videos that cannot be used are left
    out, and a note tells how many, which and why.

    Args:
        address: The folder, its layout, and the form of the clips.
        progress: Told of the decoding; by default a bar, or lines, on standard error.

    Returns:
        The data set; its clips are mapped from the cache.

    Raises:
        DataError: The folder is not laid out so, or too many videos of a part or all of a class cannot be used.
        StorageError: The cache does not hold the clips.
    """
    layout = _READERS[address.layout](address)
    told = progress or progress_for(sys.stderr)
    place = hashlib.sha256(f"{_VERSION} {address}".encode()).hexdigest()[:16]
    folder = cache_folder() / "videos" / place
    with _alone(folder):
        train = _decoded("training", layout.train, _form(address, address.clips), folder, layout.classes, told)
        test = _decoded("test", layout.test, _form(address, 1), folder, layout.classes, told)
        numbers = {name: number for number, name in enumerate(sorted({*train.origins, *test.origins}))}
        arrays = {
            "train_clips": train.clips,
            "train_labels": train.labels,
            "test_clips": test.clips,
            "test_labels": test.labels,
            "train_origins": torch.tensor([numbers[name] for name in train.origins]),
            "test_origins": torch.tensor([numbers[name] for name in test.origins]),
        }
        content = _fingerprint(folder, arrays, layout.classes)
    return VideoDataset(
        str(address),
        **arrays,
        classes=layout.classes,
        fingerprint=content,
        notes=(*layout.notes, *train.notes, *test.notes),
        train_files=train.files,
        test_files=test.files,
    )


def _form(address: VideosAddress, clips: int) -> ClipForm:
    even = EvenSampling(address.frames)
    sampling = even if address.stride is None else StridedSampling(address.frames, address.stride)
    return ClipForm(sampling, address.size, clips)


def _decoded(
    part: str,
    videos: Sequence[LabelledVideo],
    form: ClipForm,
    folder: Path,
    classes: Sequence[str],
    progress: Progress,
) -> _Part:
    cache = FrameCache(folder, part, form.shape)
    clips = decode_part(cache, [video.path for video in videos], form, progress)
    pairs = list(zip(videos, cache.entries, strict=True))
    each = [video for video, entry in pairs for _ in range(entry.clips)]
    broken = [entry for _, entry in pairs if not entry.clips]
    cut = [entry for _, entry in pairs if entry.clips and entry.damage]
    _check_broken(part, broken, len(videos))
    lost = sorted({video.label for video in videos} - {video.label for video in each})
    if lost:
        head = f"no {part} video of {', '.join(classes[label] for label in lost)} can be used:"
        raise DataError(_listing(head, [entry for video, entry in pairs if video.label in lost]))
    notes = _told(f"{part} videos could not be used and were left out", broken, len(videos), cache.journal)
    notes += _told(f"{part} videos end in damage, and the frames before it were used", cut, len(videos), cache.journal)
    labels = torch.tensor([video.label for video in each])
    return _Part(clips, labels, tuple(str(v.path) for v in each), tuple(v.origin for v in each), notes)


def _check_broken(part: str, broken: Sequence[Entry], count: int) -> None:
    if len(broken) > MOST_BROKEN * count:
        head = f"{len(broken)} of {count} {part} videos cannot be used, more than {MOST_BROKEN:.0%}:"
        raise DataError(_listing(head, broken))


def _listing(head: str, entries: Sequence[Entry]) -> str:
    return "\n  ".join([head, *_reasons(entries), "copy or download them again, or remove them"])


def _told(what: str, entries: Sequence[Entry], count: int, journal: Path) -> tuple[str, ...]:
    if not entries:
        return ()
    more = f"; all are in {journal}" if len(entries) > _NAMED else ""
    return (f"{len(entries)} of {count} {what}: {'; '.join(_reasons(entries))}{more}",)


def _reasons(entries: Sequence[Entry]) -> list[str]:
    more = [f"and {len(entries) - _NAMED} more"] if len(entries) > _NAMED else []
    return [*(f"{entry.file}: {entry.damage}" for entry in entries[:_NAMED]), *more]


def _fingerprint(folder: Path, arrays: Mapping[str, Tensor], classes: Sequence[str]) -> str:
    """Return the fingerprint; that of clips which have not changed since it was computed is known."""
    small = {name: values for name, values in arrays.items() if not name.endswith("clips")}
    states = ((path.name, path.stat()) for path in sorted(folder.glob("*.safetensors")))
    key = fingerprint(small, [*classes, *(f"{name} {about.st_size} {about.st_mtime_ns}" for name, about in states)])
    file = folder / "fingerprint.json"
    known = _known(file, key)
    if known is not None:
        return known
    content = fingerprint(arrays, classes)
    write_durably(file, json.dumps({"key": key, "fingerprint": content}).encode())
    return content


def _known(file: Path, key: str) -> str | None:
    try:
        told = json.loads(file.read_text())
        return str(told["fingerprint"]) if told["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        # missing, or not sound
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold other processes off a folder of the cache; they wait until this one is done, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        raise StorageError(
            f"could not write into {folder}: {error.strerror}; set NETWRIGHT_CACHE to a folder that you may write to"
        ) from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
