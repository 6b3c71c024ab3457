"""Heads as a user writes them: `cumulative`, `window:64`, `exponential:32`, `reset:100`."""

from collections.abc import Callable, Mapping

from netwright.records.errors import InputError, nearest
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.exponential import Exponential
from netwright.streaming.heads.head import Head
from netwright.streaming.heads.reset import Reset
from netwright.streaming.heads.window import Window

_SIZED: Mapping[str, tuple[str, Callable[[str], Head]]] = {
    "window": ("the positions of a window, such as window:64", lambda text: Window(int(text))),
    "exponential": ("a half-life in positions, such as exponential:32", lambda text: Exponential(float(text))),
    "reset": ("after how many positions it starts anew, such as reset:100", lambda text: Reset(int(text))),
}


def parse_head(text: str) -> Head:
    """Return the head that a text names.

    Sizes count positions of the features: a network with a temporal stride of 16 has one for every 16 frames.

    Args:
        text: A kind, and behind a colon its size.

    Returns:
        The head.

    Raises:
        InputError: There is no such head, or its size makes no sense.

    >>> parse_head("window:64"), parse_head("cumulative")
    (Window(frames=64), Cumulative())
    >>> parse_head("window")
    Traceback (most recent call last):
    netwright.records.errors.InputError: found the head 'window'; write the positions of a window, such as window:64
    """
    kind, _, size = text.strip().partition(":")
    if text.strip() == "cumulative":
        return Cumulative()
    if kind == "cumulative":
        raise InputError(f"found the head {text!r}; write cumulative alone, it has no size")
    if kind not in _SIZED:
        raise InputError(f"there is no head {text!r}. {nearest(kind, ['cumulative', *_SIZED])}")
    wanted, make = _SIZED[kind]
    try:
        return make(size)
    except ValueError as error:
        raise InputError(f"found the head {text!r}; write {wanted}") from error
