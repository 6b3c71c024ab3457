"""The labelled videos of a folder: which file is in which part and class, and what it was cut from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from netwright.records.errors import DataError

VIDEO_SUFFIXES = frozenset(
    {".3gp", ".avi", ".flv", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm", ".wmv"}
)
"""How the names of video files end, in lower case."""


class LabelledVideo(NamedTuple):
    """A video file and its class.

    Args:
        path: The file.
        label: Index into the classes.
        origin: What it was cut from, such as a recording: videos of one origin are alike.
    """

    path: Path
    label: int
    origin: str


@dataclass(frozen=True)
class VideoLayout:
    """The videos of a folder that are samples.

    Args:
        train: The training videos.
        test: The test videos.
        classes: What each label means.
        notes: What was left aside, and what differs from the published set.
    """

    train: tuple[LabelledVideo, ...]
    test: tuple[LabelledVideo, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...] = ()


def find_file(folder: Path, places: Sequence[str], name: str, what: str) -> Path:
    """Return a file that stands in one of several places of a folder.

    Args:
        folder: The folder.
        places: Folders relative to it, in the order of preference.
        name: Name of the file, with wildcards.
        what: What it is, for messages.

    Returns:
        The first that there is.

    Raises:
        DataError: There is none.
    """
    if not folder.is_dir():
        raise DataError(
            f"the folder {folder} {'is a file' if folder.exists() else 'does not exist'}; write the path of the folder "
            "that holds the videos"
        )
    for place in places:
        found = sorted((folder / place).glob(name))
        if found:
            return found[0]
    looked = ", ".join(str((folder / place).resolve() / name) for place in places)
    raise DataError(f"{folder} has no {what}; looked for {looked}. Put the lists of the data set there")


def written_lines(file: Path) -> list[tuple[int, str]]:
    """Return the lines of a text file that are not blank, numbered from 1, without the space around them.

    Args:
        file: UTF-8, with line ends of any system.

    Returns:
        (number, line) of each.

    Raises:
        DataError: It cannot be read, or is no UTF-8.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}; look at its permissions") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is no UTF-8 text at byte {error.start}; download it again") from error
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    return [(number, line) for number, line in lines if line]


def present(listed: Iterable[LabelledVideo], source: str) -> tuple[tuple[LabelledVideo, ...], tuple[str, ...]]:
    """Return the listed videos that are there, and a note on the others.

    Args:
        listed: Videos of a part.
        source: Where they are listed, and of which part, for messages.

    Returns:
        (videos, notes).

    Raises:
        DataError: None is there, or nothing was listed.
    """
    videos = tuple(listed)
    there = tuple(video for video in videos if video.path.is_file())
    if not there:
        such = f", such as {videos[0].path}" if videos else ""
        raise DataError(f"none of the {len(videos)} videos of {source} is there{such}; unpack the videos into place")
    if len(there) == len(videos):
        return there, ()
    lost = next(video.path for video in videos if not video.path.is_file())
    note = (
        f"a partial copy: {len(videos) - len(there)} of {len(videos)} videos of {source} are not there, such as {lost}"
    )
    return there, (note,)


def check_apart(train: Sequence[LabelledVideo], test: Sequence[LabelledVideo], source: str) -> None:
    """Check that each video stands in one part, and once.

    Args:
        train: The training videos.
        test: The test videos.
        source: Where they are listed, for the message.

    Raises:
        DataError: A video does not.
    """
    seen: dict[Path, str] = {}
    for part, videos in (("training", train), ("test", test)):
        for video in videos:
            if video.path in seen:
                where = f"twice in the {part} part" if seen[video.path] == part else "in the training and the test part"
                raise DataError(f"{video.path} stands {where} of {source}; remove one of the two lines")
            seen[video.path] = part


def differing_sizes(name: str, found: tuple[int, int], published: tuple[int, int]) -> tuple[str, ...]:
    """Return a note where a split lists other numbers of videos than the published one; empty where it does not."""
    if found == published:
        return ()
    return (
        f"{name} lists {found[0]} training and {found[1]} test videos, the published split {published[0]} and "
        f"{published[1]}: results cannot be compared with published ones",
    )
