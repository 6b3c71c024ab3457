"""The form in which a data set goes into a file and comes back: arrays, and what is told about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from torch import Tensor


@dataclass(frozen=True, eq=False)
class Packed:
    """A data set in parts that a file of tensors can hold.

    Args:
        arrays: Name -> array.
        facts: Name -> text, such as JSON.
    """

    arrays: Mapping[str, Tensor]
    facts: Mapping[str, str]


class Packable(Protocol):
    """A data set that can be packed, and unpacked again to one with the same fingerprint."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of its content, computed anew by `unpacked`."""
        ...

    def packed(self) -> Packed:
        """Return its parts."""
        ...

    @classmethod
    def unpacked(cls, packed: Packed) -> Self:
        """Return the data set of parts; KeyError, ValueError or TypeError where they are not those of one."""
        ...
