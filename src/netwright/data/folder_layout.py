"""Which files of a folder are the images of which part and class."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from netwright.records.errors import DataError

TRAIN = "train"
TESTS = ("test", "valid", "val")
SUFFIXES = frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"})


@dataclass(frozen=True)
class Layout:
    """The image files of a folder.

    Args:
        train: The training images, sorted by class and path.
        train_labels: Their classes, as indices into `classes`.
        test: The test images.
        test_labels: Their classes.
        classes: Names of the class folders in `train`, sorted.
        notes: What was left aside.
    """

    train: tuple[Path, ...]
    train_labels: tuple[int, ...]
    test: tuple[Path, ...]
    test_labels: tuple[int, ...]
    classes: tuple[str, ...]
    notes: tuple[str, ...]


def read_layout(folder: Path) -> Layout:
    """Return the image files below `folder/train/CLASS` and below `folder/test`, `valid` or `val`, the first there is.

    Args:
        folder: The folder.

    Returns:
        The layout; hidden files are left out.

    Raises:
        DataError: A part is missing, a class has no training images, or the test part has a class of its own.
    """
    parts = [part for part in TESTS if (folder / part).is_dir()]
    if not (folder / TRAIN).is_dir() or not parts:
        lacking = TRAIN if not (folder / TRAIN).is_dir() else " or ".join(TESTS)
        raise DataError(
            f"{folder} has no folder {lacking}; expected {folder}/train/CLASS/IMAGE and the same below one of "
            f"{', '.join(TESTS)}{_elsewhere(folder)}"
        )
    classes = _class_folders(folder / TRAIN)
    _check_classes(folder, parts[0], classes)
    train, train_labels, aside = _images(folder / TRAIN, classes)
    test, test_labels, also_aside = _images(folder / parts[0], classes)
    if not test:
        raise DataError(f"{folder / parts[0]} has no images; add some for every class")
    return Layout(
        tuple(train), tuple(train_labels), tuple(test), tuple(test_labels), classes,
        tuple(_notes(folder, parts, classes, test_labels, aside + also_aside)),
    )  # fmt: skip


def _elsewhere(folder: Path) -> str:
    """Return where below a folder both parts are: archives often unpack into folders inside folders."""
    deep = ("*", "*/*", "*/*/*") if folder.is_dir() else ()
    found = [path for pattern in deep for path in sorted(folder.glob(f"{pattern}/{TRAIN}")) if path.is_dir()]
    homes = [path.parent for path in found if any((path.parent / part).is_dir() for part in TESTS)]
    return f"; they are in {homes[0]}: write folder:{homes[0]}" if homes else ""


def _class_folders(part: Path) -> tuple[str, ...]:
    return tuple(sorted(path.name for path in part.iterdir() if path.is_dir() and not path.name.startswith(".")))


def _check_classes(folder: Path, test_part: str, classes: Sequence[str]) -> None:
    if not classes:
        raise DataError(f"{folder / TRAIN} has no class folders; put the images of each class into a folder of its own")
    empty = [name for name in classes if not _files(folder / TRAIN / name)[0]]
    if empty:
        raise DataError(
            f"{folder / TRAIN} has no images in {', '.join(empty)}; add some (known: {', '.join(sorted(SUFFIXES))}), "
            "or remove the folder"
        )
    strange = sorted(set(_class_folders(folder / test_part)) - set(classes))
    if strange:
        raise DataError(
            f"{folder / test_part} has the class {strange[0]!r}, which {folder / TRAIN} lacks; classes there: "
            f"{', '.join(classes)}. Rename or remove it"
        )


def _images(part: Path, classes: Sequence[str]) -> tuple[list[Path], list[int], list[Path]]:
    images: list[Path] = []
    labels: list[int] = []
    aside: list[Path] = []
    for label, name in enumerate(classes):
        found, others = _files(part / name)
        images += found
        labels += [label] * len(found)
        aside += others
    return images, labels, aside


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    below = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    seen = [path for path in below if not any(part.startswith(".") for part in path.parts)]
    images = [folder / path for path in seen if path.suffix.lower() in SUFFIXES]
    return images, [folder / path for path in seen if path.suffix.lower() not in SUFFIXES]


def _notes(
    folder: Path, parts: Sequence[str], classes: Sequence[str], test_labels: Sequence[int], aside: Sequence[Path]
) -> list[str]:
    notes = [f"{folder / part} was not used: the test part is {folder / parts[0]}" for part in parts[1:]]
    untested = [name for label, name in enumerate(classes) if label not in set(test_labels)]
    if untested:
        notes.append(f"{folder / parts[0]} has no images of {', '.join(untested)}: how well these are told is unknown")
    if aside:
        notes.append(f"{len(aside)} files are no images by their suffix and were left aside, such as {aside[0]}")
    return notes
