"""How a raw column is read: the SQL of its values, and of what must not stand there."""

from dataclasses import dataclass

from netwright.features.database import quoted
from netwright.features.quantities import LARGEST
from netwright.features.times import LATEST
from netwright.records.errors import DataError
from netwright.records.feature_view import NumberColumn

_WHOLE = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "BOOLEAN",
)
_TEXT = ("VARCHAR", "ENUM", "UUID")
_MISSING = "('', '?', 'na', 'n/a', 'nan', 'none', 'null')"


@dataclass(frozen=True)
class Reading:
    """How a raw column is read.

    Args:
        name: The raw column.
        target: The column that it becomes.
        cell: SQL of a raw cell as text, for messages.
        value: SQL of the value.
        wrong: SQL that is true where the cell holds what it must not.
        wanted: What it must hold, in words.
    """

    name: str
    target: str
    cell: str
    value: str
    wrong: str
    wanted: str


def entity_reading(name: str, kind: str) -> Reading:
    """Return how an entity is read: as text, never empty.

    Args:
        name: The column.
        kind: Its type in DuckDB.

    Returns:
        The reading.

    Raises:
        DataError: It holds neither text nor whole numbers.
    """
    if not kind.startswith((*_WHOLE, *_TEXT)):
        raise DataError(f"the entity {name!r} is of type {kind}; give text or whole numbers")
    text = f"CAST({quoted(name)} AS VARCHAR)"
    return Reading(name, "entity", text, text, f"coalesce({text}, '') = ''", "the name of an entity")


def time_reading(name: str, kind: str, target: str = "time", *, optional: bool = False) -> Reading:
    """Return how a time is read: as microseconds since the epoch.

    Args:
        name: The column.
        kind: Its type in DuckDB: a date, a timestamp (in UTC), seconds since the epoch, or text of one of these.
        target: The column that it becomes.
        optional: Whether it may be missing.

    Returns:
        The reading.

    Raises:
        DataError: It is of another type.
    """
    cell = quoted(name)
    if kind.startswith(("TIMESTAMP", "DATE")):
        value = f"epoch_us({cell}::TIMESTAMPTZ)" if "ZONE" in kind else f"epoch_us({cell}::TIMESTAMP)"
    elif kind.startswith((*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL")):
        value = _seconds(f"{cell}::DOUBLE")
    elif kind.startswith(_TEXT):
        text = f"trim({cell}::VARCHAR)"
        value = f"coalesce({_seconds(f'try_cast({text} AS DOUBLE)')}, epoch_us(try_cast({text} AS TIMESTAMPTZ)))"
    else:
        raise DataError(f"the time {name!r} is of type {kind}; give timestamps, or seconds since the epoch")
    unknown = f"{value} IS NULL" + (f" AND {cell} IS NOT NULL" if optional else "")
    wrong = f"coalesce(({unknown}) OR abs({value}) >= {LATEST}, false)"
    return Reading(name, target, f"CAST({cell} AS VARCHAR)", value, wrong, "times before the year 2255")


def number_reading(column: NumberColumn, kind: str, target: str) -> Reading:
    """Return how a number is read: as whole units of its last decimal.

    Args:
        column: The column.
        kind: Its type in DuckDB.
        target: The column that it becomes.

    Returns:
        The reading.

    Raises:
        DataError: It holds no numbers.
    """
    cell = quoted(column.name)
    known = f"{cell} IS NOT NULL"
    if kind.startswith(_TEXT):
        text = f"trim({cell}::VARCHAR)"
        known += f" AND lower({text}) NOT IN {_MISSING}"
        number = f"try_cast({text} AS DOUBLE)"
    elif kind.startswith((*_WHOLE, "FLOAT", "DOUBLE", "DECIMAL")):
        number = f"{cell}::DOUBLE"
        known += f" AND NOT isnan({number})"
    else:
        raise DataError(f"{column.name!r} is of type {kind}; give numbers")
    scaled = f"({number} * {10.0**column.decimals!r}::DOUBLE)"
    value = f"CASE WHEN {known} THEN try_cast({scaled} AS BIGINT) END"
    wrong = f"({known}) AND NOT coalesce(abs({scaled}) < {LARGEST}, false)"
    wanted = f"numbers below {LARGEST // 10**column.decimals}"
    return Reading(column.name, target, f"CAST({cell} AS VARCHAR)", value, wrong, wanted)


def word_reading(name: str, kind: str, target: str) -> Reading:
    """Return how a word is read: as text; an empty one is missing.

    Args:
        name: The column.
        kind: Its type in DuckDB.
        target: The column that it becomes.

    Returns:
        The reading.

    Raises:
        DataError: It holds neither text nor whole numbers.
    """
    if not kind.startswith((*_WHOLE, *_TEXT)):
        raise DataError(f"{name!r} is of type {kind}; give words")
    text = f"CAST({quoted(name)} AS VARCHAR)"
    return Reading(name, target, text, f"nullif({text}, '')", "false", "words")


def _seconds(number: str) -> str:
    return f"try_cast(({number}) * 1000000::DOUBLE AS BIGINT)"
