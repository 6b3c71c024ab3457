"""Videos of motions as files, in the layout of UCF101 (Soomro, Zamir and Shah 2012, arXiv:1212.0402)."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from netwright.data.motion_paths import CLASSES, PAIRS
from netwright.data.motion_scene import perform
from netwright.data.motion_textures import Textures, cast_of, photos, reachable
from netwright.data.motions import check_shape
from netwright.data.video_writer import is_whole, write_video
from netwright.machine.durable import write_durably
from netwright.machine.progress import Progress
from netwright.records.errors import DataError, StorageError

GROUPS, SPLITS = 25, 3
_TESTED = 7
"""Groups in the test part of a split: 1 to 7, 8 to 14, and 15 to 21, as UCF101 has it."""
_FORMAT = "1"
_ABOUT = "motions.json"


@dataclass(frozen=True)
class FileSet:
    """Which videos are wanted.

    Args:
        size: Side of a frame in pixels.
        videos: Videos a motion; their groups are 1, 8, 15, 22, 4, ..., so that few videos give every list some.
        frames: Frames a video.
        seed: Decides every draw.
    """

    size: int = 112
    videos: int = 25
    frames: int = 48
    seed: int = 0


@dataclass(frozen=True)
class WrittenFiles:
    """What was done.

    Args:
        written: Videos that were rendered and written.
        kept: Videos that were there, whole.
        notes: What a reader must know.
    """

    written: int
    kept: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Video:
    label: int
    group: int
    clip: int

    @property
    def path(self) -> str:
        name = CLASSES[self.label]
        return f"{name}/v_{name}_g{self.group:02}_c{self.clip:02}.avi"


def write_files(out: Path, wanted: FileSet, progress: Progress) -> WrittenFiles:
    """Write videos of motions and their lists; what is there and whole is kept, so that a repeated call resumes.

    `out/videos/Class/v_Class_gNN_cNN.avi` has 25 frames a second; `out/classInd.txt`, `out/trainlist01.txt` to 03 and
    `out/testlist01.txt` to 03 are as UCF101's, with Windows line ends. Videos of one group have their actors in common,
    and with no other group; a split takes whole groups. `out/motions.json` tells what was wanted.

    Args:
        out: The folder; made where it does not exist.
        wanted: Which videos.
        progress: Told of every video.

    Returns:
        What was done.

    Raises:
        DataError: Fewer than 3 videos a motion, frames too few or too small, or the folder holds something else.
        StorageError: The folder cannot be written.
    """
    check_shape(wanted.frames, wanted.size)
    if wanted.videos < SPLITS:
        raise DataError(f"{wanted.videos} videos a motion leave a test list empty; ask for {SPLITS} or more")
    _claim(out, wanted)
    troupes, note = _troupes(wanted)
    videos = list(_videos(wanted.videos))
    kept = 0
    progress.start(len(videos), "motions")
    for done, video in enumerate(videos):
        progress.advance(done, video.path, None)
        place = out / "videos" / video.path
        if is_whole(place):
            kept += 1
            continue
        _make_folder(place.parent)
        random = np.random.default_rng([wanted.seed, video.label, video.group, video.clip])
        labels, cast = np.array([video.label]), np.array([video.label // 2])
        clip = perform(labels, cast, troupes[video.group - 1], (wanted.frames, wanted.size), random)
        write_video(place, clip[0].permute(1, 2, 3, 0).numpy())
    for name, lines in _lists(videos).items():
        write_durably(out / name, "".join(f"{line}\r\n" for line in lines).encode())
    return WrittenFiles(len(videos) - kept, kept, (note,) if note else ())


def _videos(count: int) -> Iterator[_Video]:
    for label in range(len(CLASSES)):
        for number in range(count):
            # 7 and 25 have no common divisor: 25 videos are of 25 groups
            yield _Video(label, number * _TESTED % GROUPS + 1, number // GROUPS + 1)


def _troupes(wanted: FileSet) -> tuple[list[Textures], str]:
    pictures, note = reachable()
    random = np.random.default_rng(wanted.seed)
    everybody = cast_of(pictures.train_images, GROUPS * len(PAIRS), photos(wanted.size), random)
    # for each group an actor for each pair of motions: the two of a pair have it in common
    first = range(0, len(everybody.actors), len(PAIRS))
    return [Textures(everybody.actors[at : at + len(PAIRS)], everybody.photos) for at in first], note


def _lists(videos: list[_Video]) -> dict[str, list[str]]:
    lists = {"classInd.txt": [f"{number} {name}" for number, name in enumerate(CLASSES, start=1)]}
    ordered = sorted(videos, key=lambda video: video.path)
    for split in range(SPLITS):
        tested = range(split * _TESTED + 1, (split + 1) * _TESTED + 1)
        lists[f"testlist{split + 1:02}.txt"] = [video.path for video in ordered if video.group in tested]
        lists[f"trainlist{split + 1:02}.txt"] = [
            f"{video.path} {video.label + 1}" for video in ordered if video.group not in tested
        ]
    return lists


def _claim(out: Path, wanted: FileSet) -> None:
    _make_folder(out)
    about = out / _ABOUT
    told = json.dumps({"format": _FORMAT, **asdict(wanted)}, indent=2) + "\n"
    if not about.exists():
        strangers = sorted(path.name for path in out.iterdir())
        if strangers:
            raise DataError(
                f"{out} holds {strangers[0]}, but no {_ABOUT}: it is no folder of motions. Name a new folder"
            )
        write_durably(about, told.encode())
    elif about.read_text() != told:
        raise DataError(
            f"{about} tells of other videos: {' '.join(about.read_text().split())}. Ask for the same, or name a new "
            "folder"
        )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make {folder}: {error.strerror}; name a folder that you may write to") from error
