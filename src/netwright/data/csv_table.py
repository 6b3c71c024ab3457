"""A table of one's own: a CSV file whose rows are labelled in one of its columns."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from netwright.data.csv_columns import CsvFile, as_column, read_csv, told
from netwright.data.encoding import Numbers, Words
from netwright.data.keep import kept
from netwright.data.split import the_rest, validation_indices
from netwright.data.table import TableDataset, make_table_dataset
from netwright.data.table_address import TableAddress
from netwright.records.errors import DataError, nearest

MOST_CLASSES = 100
_FORMAT = "1"


def load(address: TableAddress) -> TableDataset:
    """Return the rows of a CSV file.

    The encoded form is kept in the cache, and made anew when a file's path, length or time of change differs.

    Args:
        address: The file, its label and group columns, and how its test part is taken.

    Returns:
        The data set.
    """
    files = [address.path, *([address.test] if isinstance(address.test, Path) else [])]
    place = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    return kept(f"tables/{place}", _key(files), TableDataset, lambda: _decode(address, [read_csv(f) for f in files]))


def _key(files: Sequence[Path]) -> str:
    parts = [_FORMAT]
    for path in files:
        try:
            about = path.stat()
        except OSError as error:
            raise DataError(f"{path} cannot be read: {error.strerror}; correct the path") from error
        parts.append(f"{path} {about.st_size} {about.st_mtime_ns}")
    return "\n".join(parts)


def _decode(address: TableAddress, files: list[CsvFile]) -> TableDataset:
    _check_columns(address, files)
    labels, classes = _labels(address, files)
    columns: dict[str, list[Numbers | Words]] = {}
    faults: list[str] = []
    for name in files[0].cells:
        if name not in {address.label, *address.groups, *address.drop}:
            columns[name], more = as_column(name, files)
            faults += more
    if faults:
        raise DataError(told(faults, "correct these cells, leave them empty, or leave a column out with &drop=COLUMN"))
    train, test = _parts(address, labels)
    last = len(files) - 1
    groups = {name: np.array(files[last].cells[name], np.str_)[test] for name in address.groups}
    return make_table_dataset(
        str(address),
        ({name: values[0][train] for name, values in columns.items()}, labels[0][train]),
        ({name: values[last][test] for name, values in columns.items()}, labels[last][test]),
        classes,
        groups=groups,
    )


def _check_columns(address: TableAddress, files: Sequence[CsvFile]) -> None:
    wanted = (address.label, *address.groups, *address.drop)
    for name in wanted:
        if name not in files[0].cells:
            raise DataError(f"{files[0].path} has no column {name!r}. {nearest(name, list(files[0].cells))}")
    if address.label in (*address.groups, *address.drop):
        raise DataError(f"{address}: the column {address.label!r} is the label, and a group or dropped too; choose one")
    for file in files[1:]:
        for name in files[0].cells:
            if name not in file.cells and name not in address.drop:
                raise DataError(f"{file.path} lacks the column {name!r} of {files[0].path}; add it")


def _labels(address: TableAddress, files: Sequence[CsvFile]) -> tuple[list[NDArray[np.int64]], tuple[str, ...]]:
    name = address.label
    empty = [
        f"{file.place(row, name)}: there is no label"
        for file in files
        for row, cell in enumerate(file.cells[name])
        if not cell
    ]
    if empty:
        raise DataError(told(empty, "add these labels, or remove the rows"))
    found = sorted(set(files[0].cells[name]))
    if len(found) > MOST_CLASSES:
        raise DataError(
            f"{files[0].path}: the label {name!r} has {len(found)} different values, such as {found[0]!r} and "
            f"{found[1]!r}; a label has at most {MOST_CLASSES} classes: choose another column, or form classes"
        )
    classes = sorted(found, key=_in_order)
    known = {value: label for label, value in enumerate(classes)}
    strange = [
        f"{file.place(row, name)}: found the class {cell!r}, which {files[0].path} lacks"
        for file in files[1:]
        for row, cell in enumerate(file.cells[name])
        if cell not in known
    ]
    if strange:
        raise DataError(told(strange, f"correct them; classes there: {', '.join(classes)}"))
    return [np.array([known[cell] for cell in file.cells[name]]) for file in files], tuple(classes)


def _in_order(value: str) -> tuple[float, str]:
    # 2 before 10; words after numbers
    try:
        return float(value), value
    except ValueError:
        return np.inf, value


def _parts(address: TableAddress, labels: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    count = len(labels[0])
    if isinstance(address.test, Path):
        return np.arange(count), np.arange(len(labels[1]))
    tested = round(address.test * count)
    if not 0 < tested < count:
        raise DataError(f"{address.path} has {count} rows, {tested} of them for the test part; add rows")
    if address.split == "ordered":
        return np.arange(count - tested), np.arange(count - tested, count)
    held_out = validation_indices(torch.from_numpy(labels[0]), tested)
    return the_rest(count, held_out).numpy(), held_out.numpy()
