"""Which files of a folder are the samples of which part and class."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from netwright.data.folder_address import PREFIX as FOLDER
from netwright.data.texts_address import PREFIX as TEXT_FOLDER
from netwright.records.errors import DataError

TRAIN = "train"
TESTS = ("test", "valid", "val")


@dataclass(frozen=True)
class FileKind:
    """What the files of a folder are.

    Args:
        samples: What messages call them.
        suffixes: How their names end, in lower case.
        prefix: How the address of such a folder begins.
        unlabelled: Folders beside those of the classes whose files have no label.
    """

    samples: str
    suffixes: frozenset[str]
    prefix: str
    unlabelled: frozenset[str] = frozenset()


IMAGES = FileKind(
    "images",
    frozenset({".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}),
    FOLDER,
)
TEXTS = FileKind("texts", frozenset({".txt"}), TEXT_FOLDER, unlabelled=frozenset({"unsup"}))
"""As in aclImdb (Maas et al. 2011), whose `train/unsup` holds reviews without a label."""


@dataclass(frozen=True)
class Layout:
    """The files of a folder that are samples.

    Args:
        train: The training files, sorted by class and path.
        train_labels: Their classes, as indices into `classes`.
        test: The test files.
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


def read_layout(folder: Path, kind: FileKind = IMAGES) -> Layout:
    """Return the files below `folder/train/CLASS` and below `folder/test`, `valid` or `val`, the first there is.

    Args:
        folder: The folder.
        kind: What the files are.

    Returns:
        The layout; hidden files are left out.

    Raises:
        DataError: The folder or a part is missing, a class has no training files, or the test part has one of its own.
    """
    if not folder.is_dir():
        found = "is a file" if folder.exists() else "does not exist"
        raise DataError(
            f"the folder {folder} {found}; write {kind.prefix}PATH with the path of a folder of {kind.samples}"
        )
    parts = [part for part in TESTS if (folder / part).is_dir()]
    if not (folder / TRAIN).is_dir() or not parts:
        lacking = TRAIN if not (folder / TRAIN).is_dir() else " or ".join(TESTS)
        raise DataError(
            f"{folder} has no folder {lacking}; expected {folder}/train/CLASS/{kind.samples.upper()[:-1]} and the same "
            f"below one of {', '.join(TESTS)}{_elsewhere(folder, kind)}"
        )
    classes = _class_folders(folder / TRAIN, kind)
    _check_classes(folder, parts[0], classes, kind)
    train, train_labels, aside = _samples(folder / TRAIN, classes, kind)
    test, test_labels, also_aside = _samples(folder / parts[0], classes, kind)
    if not test:
        raise DataError(f"{folder / parts[0]} has no {kind.samples}; add some for every class")
    notes = [
        *(f"{folder / part} was not used: the test part is {folder / parts[0]}" for part in parts[1:]),
        *_unlabelled(folder, kind),
        *_untested(folder / parts[0], classes, test_labels, kind),
        *_aside(aside + also_aside, kind),
    ]
    return Layout(tuple(train), tuple(train_labels), tuple(test), tuple(test_labels), classes, tuple(notes))


def layout_key(layout: Layout) -> str:
    """Return what changes when a file of a layout changes its path, length or time of change, or a class its name.

    Args:
        layout: The layout; its files exist.

    Returns:
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in (*layout.train, *layout.test):
        about = path.stat()
        digest.update(f"{path}\0{about.st_size}\0{about.st_mtime_ns}\n".encode(errors="surrogateescape"))
    digest.update("\n".join((*layout.classes, *layout.notes)).encode(errors="surrogateescape"))
    return digest.hexdigest()


def _elsewhere(folder: Path, kind: FileKind) -> str:
    """Return where below a folder both parts are: archives often unpack into folders inside folders."""
    found = [path for deep in ("*", "*/*", "*/*/*") for path in sorted(folder.glob(f"{deep}/{TRAIN}")) if path.is_dir()]
    homes = [path.parent for path in found if any((path.parent / part).is_dir() for part in TESTS)]
    return f"; they are in {homes[0]}: write {kind.prefix}{homes[0]}" if homes else ""


def _class_folders(part: Path, kind: FileKind) -> tuple[str, ...]:
    folders = [path.name for path in part.iterdir() if path.is_dir() and not path.name.startswith(".")]
    return tuple(sorted(set(folders) - kind.unlabelled))


def _check_classes(folder: Path, test_part: str, classes: Sequence[str], kind: FileKind) -> None:
    if not classes:
        raise DataError(
            f"{folder / TRAIN} has no class folders; put the {kind.samples} of each class into a folder of its own"
        )
    empty = [name for name in classes if not any(_is(place, kind) for place in _below(str(folder / TRAIN / name)))]
    if empty:
        raise DataError(
            f"{folder / TRAIN} has no {kind.samples} in {', '.join(empty)}; add some (known: "
            f"{', '.join(sorted(kind.suffixes))}), or remove the folder"
        )
    strange = sorted(set(_class_folders(folder / test_part, kind)) - set(classes))
    if strange:
        raise DataError(
            f"{folder / test_part} has the class {strange[0]!r}, which {folder / TRAIN} lacks; classes there: "
            f"{', '.join(classes)}. Rename or remove it"
        )


def _samples(part: Path, classes: Sequence[str], kind: FileKind) -> tuple[list[Path], list[int], list[Path]]:
    samples: list[Path] = []
    labels: list[int] = []
    aside: list[Path] = []
    for label, name in enumerate(classes):
        found, others = _files(part / name, kind)
        samples += found
        labels += [label] * len(found)
        aside += others
    return samples, labels, aside


def _files(folder: Path, kind: FileKind) -> tuple[list[Path], list[Path]]:
    samples: list[Path] = []
    aside: list[Path] = []
    # the test part may lack a class
    for place in _below(str(folder)) if folder.is_dir() else ():
        (samples if _is(place, kind) else aside).append(Path(place))
    return samples, aside


def _is(place: str, kind: FileKind) -> bool:
    return place.lower().endswith(tuple(kind.suffixes))


def _below(folder: str) -> Iterator[str]:
    """Return the files below a folder in the order of their paths; as text, since 50,000 steps of Path take seconds."""
    with os.scandir(folder) as entries:
        seen = sorted((entry for entry in entries if not entry.name.startswith(".")), key=attrgetter("name"))
    for entry in seen:
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)
        elif entry.is_file():
            yield entry.path


def _unlabelled(folder: Path, kind: FileKind) -> list[str]:
    found = [folder / TRAIN / name for name in sorted(kind.unlabelled) if (folder / TRAIN / name).is_dir()]
    return [f"{path} was not used: its {kind.samples} have no label" for path in found]


def _untested(test: Path, classes: Sequence[str], labels: Sequence[int], kind: FileKind) -> list[str]:
    seen = set(labels)
    untested = ", ".join(name for label, name in enumerate(classes) if label not in seen)
    return [f"{test} has no {kind.samples} of {untested}: how well these are told is unknown"] if untested else []


def _aside(aside: Sequence[Path], kind: FileKind) -> list[str]:
    if not aside:
        return []
    return [f"{len(aside)} files are no {kind.samples} by their suffix and were left aside, such as {aside[0]}"]
