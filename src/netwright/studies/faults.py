"""Collecting the faults of a scenario file, so that all are told at once."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from netwright.records.errors import Fault, InputError, nearest
from netwright.studies.toml_lines import Path, line_of

R = TypeVar("R", bound=BaseModel)
T = TypeVar("T")


class FaultFinder:
    """Notes each fault with its line and key, and goes on.

    Args:
        lines: What `key_lines` returned for the file.
    """

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self.faults: list[Fault] = []
        self._lines = dict(lines)

    def add(self, path: Path, found: str, remedy: str) -> None:
        """Note one fault.

        Args:
            path: Keys and array indices of the faulty value.
            found: What stands there and why it is wrong.
            remedy: What to write instead, a sentence.
        """
        self.faults.append(Fault(line_of(path, self._lines), _dotted(path), found, remedy))

    def attempt(self, look_up: Callable[[], T], path: Path) -> T | None:
        """Return what a look-up finds, or None after noting its error as a fault.

        Args:
            look_up: Raises an InputError whose first sentence says what was found, and the rest what to do.
            path: Where the name stands that is looked up.

        Returns:
            What was found, or None.
        """
        try:
            return look_up()
        except InputError as error:
            found, _, remedy = str(error).partition(". ")
            self.add(path, found, remedy)
            return None

    def build(self, kind: type[R], values: Any, path: Path) -> R | None:
        """Return a record made of a table's values, or None after noting every fault in them.

        Args:
            kind: The record's class.
            values: What stands in the file; must be a table.
            path: Where it stands.

        Returns:
            The record, or None.
        """
        if not isinstance(values, dict):
            self.add(path, f"found {values!r}", "Write a table.")
            return None
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._add_validation(detail, kind, path)
            return None

    def known_keys(self, values: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
        """Note each key that nobody reads.

        Args:
            values: A table.
            known: The keys that have a meaning.
            path: Where the table stands.
        """
        for key in values:
            if key not in known:
                self.add((*path, key), "this key has no meaning here", nearest(key, known))

    def _add_validation(self, detail: Any, kind: type[BaseModel], path: Path) -> None:
        place = (*path, *detail["loc"])
        if detail["type"] == "extra_forbidden":
            self.add(
                place,
                "this key has no meaning here",
                nearest(str(detail["loc"][-1]), _keys_at(kind, detail["loc"][:-1])),
            )
        elif detail["type"] == "missing":
            self.add(place, "it is missing", "Add it.")
        else:
            self.add(place, f"found {detail['input']!r}", _sentence(detail["msg"]))


def _keys_at(kind: type[BaseModel], place: Path) -> tuple[str, ...]:
    for part in place:
        inner = kind.model_fields[str(part)].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            kind = inner
    return tuple(kind.model_fields)


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def _sentence(message: str) -> str:
    return message[0].upper() + message[1:] + "."
