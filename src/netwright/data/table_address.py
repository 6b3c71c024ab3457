"""How a scenario names a table of one's own: `table:PATH.csv?label=COLUMN`, with more options behind ampersands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from netwright.records.errors import DataError, nearest

PREFIX = "table:"
_OPTIONS = ("label", "group", "drop", "test", "split")
_SPLITS = ("stratified", "ordered")
_SHARE = 0.2


@dataclass(frozen=True)
class TableAddress:
    """A CSV file, what its columns are, and how its test part is taken.

    Args:
        path: The file, absolute.
        label: The column to predict.
        groups: Columns whose groups are compared; the models do not see them.
        drop: Columns that are not used, such as identifiers.
        test: The share of rows that is the test part, or a file of its own for it.
        split: `stratified`: a fixed part of each class, at random; `ordered`: the last rows of the file.
    """

    path: Path
    label: str
    groups: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    test: float | Path = _SHARE
    split: Literal["stratified", "ordered"] = "stratified"

    def __str__(self) -> str:
        given = [("label", self.label), *(("group", name) for name in self.groups), *(("drop", n) for n in self.drop)]
        if self.test != _SHARE:
            given.append(("test", str(self.test)))
        if self.split != "stratified":
            given.append(("split", self.split))
        return f"{PREFIX}{self.path}?" + "&".join(f"{key}={quote(value, safe='/ ')}" for key, value in given)


def read_table_address(text: str, home: Path | None = None) -> TableAddress:
    """Return the address that a scenario wrote.

    Args:
        text: `table:PATH.csv?label=COLUMN`, then any of `&group=COLUMN` and `&drop=COLUMN` (both as often as wanted),
            `&test=SHARE` or `&test=FILE.csv`, `&split=ordered`. In values, `%26` is an ampersand, `%3D` an equals sign
            and `%25` a percent sign; `~` is the home folder.
        home: Where relative paths start; the working directory if not given.

    Returns:
        The address.

    Raises:
        DataError: An option is unknown, is given twice, or has no allowed value; or there is no label.

    >>> address = read_table_address("table:/data/loans.csv?label=paid&group=age&test=0.25")
    >>> address.label, address.groups, address.test
    ('paid', ('age',), 0.25)
    >>> print(address)
    table:/data/loans.csv?label=paid&group=age&test=0.25
    """
    place, _, options = text.removeprefix(PREFIX).rpartition("?")
    given: dict[str, list[str]] = {}
    for part in options.split("&"):
        key, equals, value = part.partition("=")
        if not (place and equals and value):
            raise DataError(f"{text!r} is no table. Write table:PATH.csv?label=COLUMN, with the column to predict")
        if key not in _OPTIONS:
            raise DataError(f"{text!r} has the unknown option {key!r}. {nearest(key, _OPTIONS)}")
        given.setdefault(key, []).append(unquote(value))
    twice = [key for key, values in given.items() if len(values) > 1 and key not in {"group", "drop"}]
    if twice or "label" not in given:
        found = f"has {twice[0]} twice" if twice else "does not say which column to predict"
        raise DataError(f"{text!r} {found}. Write table:PATH.csv?label=COLUMN")
    split = given.get("split", ["stratified"])[0]
    if split not in _SPLITS:
        raise DataError(f"{text!r} has split = {split!r}. Write stratified or ordered")
    return TableAddress(
        _absolute(place, home),
        label=given["label"][0],
        groups=tuple(given.get("group", ())),
        drop=tuple(given.get("drop", ())),
        test=_test(text, given["test"][0], home) if "test" in given else _SHARE,
        split="ordered" if split == "ordered" else "stratified",
    )


def _absolute(place: str, home: Path | None) -> Path:
    return ((home or Path()) / Path(place).expanduser()).resolve()


def _test(text: str, value: str, home: Path | None) -> float | Path:
    try:
        share = float(value)
    except ValueError:
        return _absolute(value, home)
    if not 0 < share < 1:
        raise DataError(f"{text!r} has test = {value}. Write a share between 0 and 1, or a CSV file")
    return share
