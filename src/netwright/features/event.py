"""One event of an entity, as the online store keeps it: whole numbers and words."""

from collections.abc import Mapping
from dataclasses import dataclass

from netwright.features.quantities import units_of
from netwright.features.times import microseconds
from netwright.records.errors import InputError
from netwright.records.feature_view import FeatureView

Value = float | str | None


@dataclass(frozen=True)
class StoredEvent:
    """An event in whole numbers.

    Args:
        entity: Whose it is.
        time: When it happened, microseconds since the epoch.
        created: When it arrived, at `time` or later.
        values: Of the view's columns in their order: units of the last decimal, or words; None where missing.
    """

    entity: str
    time: int
    created: int
    values: tuple[int | str | None, ...]


def stored_event(view: FeatureView, event: Mapping[str, Value]) -> StoredEvent:
    """Return an event in whole numbers.

    Args:
        view: Says what its columns are.
        event: Column -> number (seconds since the epoch for times), word, or None; what is left out is missing.

    Returns:
        The event.

    Raises:
        InputError: It has no entity or no time, a column that the view does not name, or a value of the wrong kind.
    """
    known = {view.entity, view.time, view.created, *(column.name for column in view.columns)}
    unknown = [name for name in event if name not in known]
    if unknown:
        raise InputError(
            f"the view {view.name!r} has no column {unknown[0]!r}; it has {', '.join(sorted(filter(None, known)))}"
        )
    entity, time = event.get(view.entity), event.get(view.time)
    if not isinstance(entity, str) or not entity or "\x00" in entity:
        raise InputError(f"{view.entity!r} is {entity!r}; give the name of an entity")
    _check_text(view.entity, entity)
    happened = _time(view.time, time)
    arrived = event.get(view.created) if view.created is not None else None
    created = happened if arrived is None else max(happened, _time(str(view.created), arrived))
    values: list[int | str | None] = []
    for column in view.columns:
        value = event.get(column.name)
        if value is None or value == "":
            values.append(None)
        elif column.kind == "word":
            values.append(_word(column.name, value))
        elif isinstance(value, str):
            raise InputError(f"{column.name!r} is {value!r}; give a number")
        else:
            values.append(units_of(_double(column.name, value), column))
    return StoredEvent(entity, happened, created, tuple(values))


def _time(name: str, value: Value) -> int:
    if isinstance(value, str) or value is None:
        raise InputError(f"{name!r} is {value!r}; give seconds since the epoch")
    return microseconds(_double(name, value))


def _double(name: str, value: float) -> float:
    try:
        return float(value)
    except OverflowError as error:
        # Python's whole numbers have no end
        raise InputError(f"{name!r} is beyond every double; give a smaller number") from error


def _word(name: str, value: Value) -> str:
    if not isinstance(value, str):
        raise InputError(f"{name!r} is {value!r}; give a word")
    _check_text(name, value)
    return value


def _check_text(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"{name!r} is {text!r}, which is no text ({error.reason}); give valid Unicode") from error
