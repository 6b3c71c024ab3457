"""Checks of the values that options of architectures may take."""

from collections.abc import Sequence

from netwright.records.errors import CandidateError


def within(option: str, value: object, low: float, high: float) -> None:
    """Refuse an option whose value is no number between two bounds.

    Args:
        option: The option, with its architecture: `resnet.width`.
        value: The value.
        low: The smallest value that is allowed.
        high: The largest value that is allowed.

    Raises:
        CandidateError: The value is no number, or lies outside.

    >>> within("resnet.width", 0.5, 0.01, 16)
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise CandidateError(f"{option}: found {value!r}; write a number from {low:g} to {high:g}")


def whole(option: str, value: object, low: int, high: int) -> None:
    """Refuse an option whose value is no whole number between two bounds.

    Args:
        option: The option, with its architecture: `random-forest.trees`.
        value: The value.
        low: The smallest value that is allowed.
        high: The largest value that is allowed.

    Raises:
        CandidateError: The value is no whole number, or lies outside.

    >>> whole("random-forest.trees", 100, 1, 10_000)
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise CandidateError(f"{option}: found {value!r}; write a whole number from {low} to {high}")


def among(option: str, value: object, allowed: Sequence[object]) -> None:
    """Refuse an option whose value is not in a list.

    Args:
        option: The option, with its architecture: `googlenet.depth`.
        value: The value.
        allowed: The values that are allowed.

    Raises:
        CandidateError: The value is not in the list.

    >>> among("googlenet.depth", 22, (20, 22))
    """
    if isinstance(value, bool) != any(isinstance(item, bool) for item in allowed) or value not in allowed:
        raise CandidateError(f"{option}: found {value!r}; write one of {', '.join(map(repr, allowed))}")
