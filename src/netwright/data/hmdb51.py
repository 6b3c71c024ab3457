"""HMDB51: 6,766 videos of 51 human actions in `class/name.avi`, with three published splits.

Source: Kuehne et al. 2011, "HMDB: A Large Video Database for Human Motion Recognition", ICCV.
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
from netwright.records.errors import DataError

SPLITS = (1, 2, 3)
PUBLISHED = (3_570, 1_530)
"""Training and test videos of every split: 70 and 30 of each class."""
_CLASSES = 51
_UNUSED, _TRAIN, _TEST = "0", "1", "2"
_LISTS = ("testTrainMulti_7030_splits", "splits", ".", "../testTrainMulti_7030_splits", "../splits")
_VIDEOS = ("hmdb51_org", "hmdb51", "videos", ".")
# what a name tells behind the film and the class: visible body, camera, people, viewpoint, quality, number
_TAGS = re.compile(r"_[fhlu]_[a-z]+_np\d+_[a-z]+_[a-z]+_\d+\.[^.]+", re.IGNORECASE)


def read_hmdb51(folder: Path, split: int = 1) -> VideoLayout:
    """Return the videos of a folder in HMDB51's layout; any set in this layout may be read so.

    The lists (`CLASS_test_splitS.txt`, lines `name.avi 0|1|2` for unused, training and test) lie in the folder, in its
    `testTrainMulti_7030_splits` or beside it, the class folders in it or in its `hmdb51_org`. The origin of a video is
    the film or clip that its name begins with, whatever its class: one film gave clips of several classes.

    Args:
        folder: The folder.
        split: 1, 2 or 3.

    Returns:
        The layout, with notes on videos that are not there and on sizes that differ from the published ones.

    Raises:
        DataError: There are no lists, or a line is wrong: file and line are named.

    >>> read_hmdb51(Path("/data/hmdb51"), split=0)
    Traceback (most recent call last):
    netwright.records.errors.DataError: HMDB51 has no split 0; write split=1, 2 or 3
    """
    if split not in SPLITS:
        raise DataError(f"HMDB51 has no split {split}; write split=1, 2 or 3")
    ending = f"_test_split{split}.txt"
    lists = find_file(folder, _LISTS, f"*{ending}", f"lists of split {split}").parent
    home = next(folder / place for place in _VIDEOS if (folder / place).is_dir())
    files = sorted(lists.glob(f"*{ending}"))
    classes = tuple(file.name.removesuffix(ending) for file in files)
    listed: dict[str, list[LabelledVideo]] = {_TRAIN: [], _TEST: [], _UNUSED: []}
    for label, file in enumerate(files):
        for number, line in written_lines(file):
            name, _, part = line.rpartition(" ")
            if part not in listed or not name:
                raise DataError(
                    f"{file}, line {number}: found {line!r}, expected 'NAME 0', 'NAME 1' or 'NAME 2' for unused, "
                    "training and test"
                )
            path = home / classes[label] / name.strip()
            listed[part].append(LabelledVideo(path, label, _origin(path.name, classes[label])))
    source = str(lists / f"*{ending}")
    check_apart(listed[_TRAIN], listed[_TEST], source)
    train, lost = present(listed[_TRAIN], f"the training part of {source}")
    test, also_lost = present(listed[_TEST], f"the test part of {source}")
    sizes = len(listed[_TRAIN]), len(listed[_TEST])
    told = differing_sizes(f"split {split}", sizes, PUBLISHED) if len(classes) == _CLASSES else ()
    return VideoLayout(train, test, classes, (*told, *lost, *also_lost))


def _origin(name: str, label: str) -> str:
    tags = _TAGS.search(name)
    film = name[: tags.start()].removesuffix(f"_{label}") if tags else ""
    return film or f"{label}/{name}"
