"""What `netwright prune` is asked for."""

from dataclasses import dataclass
from pathlib import Path

from netwright.pruning.budgets.budget import Budget
from netwright.pruning.budgets.latency import Latency
from netwright.pruning.latency_table import LatencyTable
from netwright.records.pruning import Unit


@dataclass(frozen=True)
class LatencyWish:
    """A time that is asked for before the machine was measured.

    Args:
        seconds: Of one batch.
        multiple: Of what the widths of feed-forward networks are multiples.
    """

    seconds: float
    multiple: int

    def budget(self, table: LatencyTable) -> Latency:
        """Return the budget that a measured table makes of it."""
        return Latency(self.seconds, table, self.multiple)


@dataclass(frozen=True)
class PruneSetting:
    """What is pruned, by what, how far, and where the results go.

    Args:
        model: Folder of the dense model, as transformers writes it.
        out: Folder of the results.
        budget: How much may stay.
        score: Name of what ranks the units; None for the default of the units.
        units: What may go.
        mend: Whether the readers of what is gone are mended.
        texts: File of calibration texts, one a line; None for 512 training snippets of `reviews`.
        test: File of test texts, one a line, each after its label and a tab where labels are known; None for those
            that go with the calibration texts.
        shape: Of the batch that is timed, (texts, tokens).
        threads: That it is timed with.
        plan: A plan to replay instead of making one; None to make one.
    """

    model: Path
    out: Path
    budget: Budget | LatencyWish
    score: str | None = None
    units: tuple[Unit, ...] = ("neurons",)
    mend: bool = True
    texts: Path | None = None
    test: Path | None = None
    shape: tuple[int, int] = (4, 128)
    threads: int = 1
    plan: Path | None = None
