"""What a stream keeps in memory, known before it runs."""

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity


class KeptTensor(Record):
    """What one operation of a stream keeps between two steps, at most.

    Args:
        node: The operation, as `module: operation`.
        kind: Why it keeps something, such as `window`, `join` or `mean`.
        shape: Of the kept tensor.
        bytes: Its size.
    """

    node: str
    kind: str
    shape: tuple[int, ...]
    bytes: int


class StreamMemory(Record):
    """The memory of a stream's state: B C max(L, K - 1) H W bytes a number for each temporal convolution or pool.

    Args:
        kept: What each operation keeps, in the order of the network.
        batch: Videos at once.
        first: Frames until the first output.
        latency: Frames by which the output is later than the input.
    """

    kept: tuple[KeptTensor, ...]
    batch: int
    first: int
    latency: int

    @property
    def total(self) -> int:
        """Bytes in all."""
        return sum(tensor.bytes for tensor in self.kept)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row for each kept tensor, and the total."""
        rows = [
            (kept.node, kept.kind, " x ".join(map(str, kept.shape)), format_quantity(kept.bytes, "B"))
            for kept in self.kept
        ]
        return ("operation", "kept for", "shape", "memory"), [
            *rows,
            ("total", "", "", format_quantity(self.total, "B")),
        ]
