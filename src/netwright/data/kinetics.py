"""Kinetics: clips of ten seconds cut from YouTube videos, listed in CSV files.

Source: Kay et al. 2017, "The Kinetics Human Action Video Dataset", arXiv:1705.06950. Videos vanish from YouTube, so
nearly every copy is a partial one.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from netwright.data.video_layout import (
    VIDEO_SUFFIXES,
    LabelledVideo,
    VideoLayout,
    check_apart,
    find_file,
    present,
    written_lines,
)
from netwright.records.errors import DataError

COLUMNS = ("label", "youtube_id", "time_start", "time_end", "split")
TRAIN, TESTS = "train", ("validate", "val", "test")
"""Splits; of those to test on, the first that has a video is taken: the labels of the last are not public for all."""
_LISTS = ("annotations", ".", "..", "../annotations")
_NAMES = {"validate": ("val", "validate", "valid"), "val": ("val", "validate", "valid")}


def read_kinetics(folder: Path) -> VideoLayout:
    """Return the videos of a folder in the layout of Kinetics.

    The lists are the CSV files with the columns `label,youtube_id,time_start,time_end,split`, in the folder, in its
    `annotations` or beside it. A clip is `PART/LABEL/ID_START_END.mp4`, the seconds with six digits, or the same
    without `LABEL`, or `ID.mp4`; any suffix of a video will do, and a label may be written with `_` for its spaces. The
    origin of a clip is its YouTube video.

    Args:
        folder: The folder.

    Returns:
        The layout, with a note on videos that are not there.

    Raises:
        DataError: There is no list, or a line is wrong: file and line are named.
    """
    first = find_file(folder, _LISTS, "*.csv", f"list {','.join(COLUMNS)}")
    rows = [row for file in sorted(first.parent.glob("*.csv")) for row in _rows(file)]
    classes = tuple(sorted({row["label"] for row in rows}))
    labels = {name: label for label, name in enumerate(classes)}
    parts: dict[str, list[LabelledVideo]] = defaultdict(list)
    files = _files(folder)
    for row in rows:
        path = _place(row, folder, files)
        parts[row["split"]].append(LabelledVideo(path, labels[row["label"]], row["youtube_id"]))
    tests = [part for part in TESTS if parts[part]]
    chosen = next((part for part in tests if any(video.path.is_file() for video in parts[part])), (tests or TESTS)[0])
    check_apart(parts[TRAIN], parts[chosen], str(first.parent))
    train, lost = present(parts[TRAIN], f"split {TRAIN} in {first.parent}")
    test, also_lost = present(parts[chosen], f"split {chosen} in {first.parent}")
    aside = tuple(f"split {part} was not used: the test part is {chosen}" for part in tests if part != chosen)
    return VideoLayout(train, test, classes, (*aside, *lost, *also_lost))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    lines = written_lines(file)
    header = next(csv.reader([lines[0][1]])) if lines else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise DataError(
            f"{file}, line 1: the columns are {','.join(header) or 'none'}, expected {','.join(COLUMNS)}; "
            "move files that are no list of videos elsewhere"
        )
    for number, line in lines[1:]:
        cells = next(csv.reader([line]))
        row = dict(zip(header, cells, strict=False))
        if len(cells) != len(header) or not (row["label"] and row["youtube_id"]):
            raise DataError(f"{file}, line {number}: found {line!r}, expected {len(header)} values, {','.join(header)}")
        if row["split"] not in (TRAIN, *TESTS):
            raise DataError(
                f"{file}, line {number}: the split is {row['split']!r}, expected one of {', '.join((TRAIN, *TESTS))}"
            )
        for name in ("time_start", "time_end"):
            if not row[name].replace(".", "", 1).isdigit():
                raise DataError(f"{file}, line {number}: {name} is {row[name]!r}, expected seconds")
        yield row


def _files(folder: Path) -> dict[tuple[str, str], Path]:
    """Return the video files below a folder by the name of their part and their own name without suffix."""
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in VIDEO_SUFFIXES)
    return {(path.relative_to(folder).parts[0], path.stem): path for path in found}


def _place(row: dict[str, str], folder: Path, files: dict[tuple[str, str], Path]) -> Path:
    begin, end = (round(float(row[name])) for name in ("time_start", "time_end"))
    stem = f"{row['youtube_id']}_{begin:06d}_{end:06d}"
    parts = _NAMES.get(row["split"], (row["split"],))
    known = (files.get((part, name)) for part in parts for name in (stem, row["youtube_id"]))
    return next((path for path in known if path), folder / parts[0] / row["label"] / f"{stem}.mp4")
