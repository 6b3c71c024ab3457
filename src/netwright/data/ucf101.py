"""UCF101: 13,320 videos of 101 human actions in `Class/v_Class_gNN_cNN.avi`, with three published splits.

Source: Soomro, Zamir and Shah 2012, "UCF101: A Dataset of 101 Human Actions Classes From Videos in The Wild",
CRCV-TR-12-01. A group gNN holds the clips of one recording.
"""

import re
from pathlib import Path

from netwright.data.video_layout import (
    LabelledVideo,
    VideoLayout,
    check_apart,
    differing_sizes,
    find_file,
    present,
    written_lines,
)
from netwright.records.errors import DataError, nearest

PUBLISHED = {1: (9_537, 3_783), 2: (9_586, 3_734), 3: (9_624, 3_696)}
"""Split -> (training, test) videos."""
_CLASSES = 101
_LISTS = ("ucfTrainTestlist", ".", "../ucfTrainTestlist", "..")
_VIDEOS = ("UCF-101", "UCF101", "videos", ".")
_GROUP = re.compile(r".*_g(\d+)_c\d+\.[^.]+", re.IGNORECASE)


def read_ucf101(folder: Path, split: int = 1) -> VideoLayout:
    """Return the videos of a folder in UCF101's layout; any set in this layout may be read so.

    The lists (`classInd.txt`, `trainlist0S.txt`, `testlist0S.txt`) lie in the folder, in its `ucfTrainTestlist` or
    beside it, the class folders in it or in its `UCF-101`. The class of a video is its folder: file names spell some
    classes differently (`HandstandPushups/v_HandStandPushups_g01_c01.avi`). Its origin is its class and group.

    Args:
        folder: The folder.
        split: 1, 2 or 3.

    Returns:
        The layout, with notes on videos that are not there and on sizes that differ from the published ones.

    Raises:
        DataError: A list is missing, or one of its lines is wrong: file and line are named.

    >>> read_ucf101(Path("/data/UCF-101"), split=4)
    Traceback (most recent call last):
    netwright.records.errors.DataError: UCF101 has no split 4; write split=1, 2 or 3
    """
    if split not in PUBLISHED:
        raise DataError(f"UCF101 has no split {split}; write split=1, 2 or 3")
    index = find_file(folder, _LISTS, "classInd.txt", "list of classes")
    classes = _classes(index)
    home = next(folder / place for place in _VIDEOS if (folder / place).is_dir())
    lists = {part: index.parent / f"{part}list{split:02d}.txt" for part in ("train", "test")}
    listed = {part: _listed(file, home, classes, index) for part, file in lists.items()}
    check_apart(listed["train"], listed["test"], f"{lists['train']} and {lists['test'].name}")
    train, lost = present(listed["train"], str(lists["train"]))
    test, also_lost = present(listed["test"], str(lists["test"]))
    sizes = len(listed["train"]), len(listed["test"])
    told = differing_sizes(f"split {split}", sizes, PUBLISHED[split]) if len(classes) == _CLASSES else ()
    return VideoLayout(train, test, classes, (*told, *lost, *also_lost))


def _classes(file: Path) -> tuple[str, ...]:
    names: list[str] = []
    for number, line in written_lines(file):
        place, _, name = line.partition(" ")
        name = name.strip()
        if place != str(len(names) + 1) or not name:
            raise DataError(
                f"{file}, line {number}: found {line!r}, expected '{len(names) + 1} CLASS': classes are numbered from "
                "1 in their order"
            )
        if name in names:
            raise DataError(f"{file}, line {number}: the class {name!r} stands there twice; remove one of the lines")
        names.append(name)
    if not names:
        raise DataError(f"{file} names no class; write a line '1 CLASS' for each")
    return tuple(names)


def _listed(file: Path, home: Path, classes: tuple[str, ...], index: Path) -> tuple[LabelledVideo, ...]:
    if not file.is_file():
        raise DataError(f"{file} is missing, beside {index.name}; unpack all lists of the data set there")
    labels = {name: label for label, name in enumerate(classes)}
    return tuple(_video(f"{file}, line {number}", line, home, labels) for number, line in written_lines(file))


def _video(place: str, line: str, home: Path, labels: dict[str, int]) -> LabelledVideo:
    name, _, stated = line.rpartition(" ") if re.search(r" \d+$", line) else (line, "", "")
    folder, _, file = name.strip().partition("/")
    if not file or "/" in file:
        raise DataError(
            f"{place}: found {line!r}, expected 'CLASS/VIDEO', or 'CLASS/VIDEO NUMBER' in a list to train on"
        )
    if folder not in labels:
        raise DataError(f"{place}: the class {folder!r} is not in the list of classes. {nearest(folder, list(labels))}")
    label = labels[folder]
    if stated and int(stated) != label + 1:
        raise DataError(f"{place}: {folder} has the number {stated} here and {label + 1} in the list of classes")
    group = _GROUP.fullmatch(file)
    return LabelledVideo(home / folder / file, label, f"{folder} g{group[1]}" if group else f"{folder}/{file}")
