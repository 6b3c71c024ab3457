"""What is predicted: samples one after the other, from a place that can be read again from any of them on."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol


class Sample(NamedTuple):
    """One sample, or the reason why there is none.

    Args:
        id: What its prediction is called: a path, a line, or what a column says.
        place: Where it stands, in words.
        values: Name of a tensor -> its value for this sample: a float, bytes, or an array of the spec's shape without
            its first dimension; empty where there is a fault.
        fault: Why it cannot be read; empty where it can.
        done: How much of the source was read with it, in the unit of `Source.size`.
    """

    id: str
    place: str
    values: Mapping[str, Any]
    fault: str = ""
    done: int = 0


class Source(Protocol):
    """Samples in a fixed order; memory does not grow with their number."""

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    def identity(self) -> str:
        """Return what differs as soon as the data does: sizes and times of change, or a fingerprint."""
        ...

    def size(self) -> int:
        """Return how much there is to read, in any unit: samples, or bytes."""
        ...

    def samples(self, start: int) -> Iterator[Sample]:
        """Return the samples from number `start` on, the faulty ones among them; the first is number 0."""
        ...
