"""Options of a command in groups, so that a command with many of them still takes few arguments."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Any, get_type_hints


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command whose parameters that are dataclasses are spread into one option a field.

    Args:
        command: Takes arguments and options as typer reads them, and frozen dataclasses whose fields are such options.

    Returns:
        The same command, with the signature that typer shall see.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Pace:
    ...     steps: int = 10
    >>> def walk(name: str, pace: Pace) -> None:
    ...     print(name, pace.steps)
    >>> str(signature(grouped(walk)))
    '(name: str, *, steps: int = 10) -> None'
    >>> grouped(walk)(name="ada", steps=3)
    ada 3
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if isinstance(kind, type) and is_dataclass(kind)}
    names = {name: [field.name for field in fields(kind)] for name, kind in groups.items()}

    @wraps(command)
    def spread(**given: Any) -> None:
        made = {group: kind(**{name: given.pop(name) for name in names[group]}) for group, kind in groups.items()}
        command(**given, **made)

    own = [parameter for name, parameter in signature(command).parameters.items() if name not in groups]
    typed = [parameter.replace(annotation=hints[parameter.name]) for parameter in own]
    options = [option for kind in groups.values() for option in _options(kind)]
    spread.__dict__["__signature__"] = signature(command).replace(parameters=[*typed, *options])
    spread.__annotations__ = {parameter.name: parameter.annotation for parameter in (*typed, *options)}
    return spread


def _options(kind: type[Any]) -> list[Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    seen = signature(kind).parameters
    return [
        Parameter(field.name, Parameter.KEYWORD_ONLY, default=seen[field.name].default, annotation=hints[field.name])
        for field in fields(kind)
    ]
