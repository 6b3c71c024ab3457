"""What is to be removed from a network, and what its removal was seen to do."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.record import Record, Rows

Unit = Literal["neurons", "heads", "layers"]


class SitePlan(Record):
    """What stays of one place.

    Args:
        place: Path of the block, or of the list of blocks where whole layers go.
        layer: Number of the block, from 0; 0 of the list of blocks.
        unit: What its units are.
        count: How many there were.
        kept: The units that stay, ascending.
    """

    place: str
    layer: int
    unit: Unit
    count: Annotated[int, Field(ge=1)]
    kept: tuple[int, ...]


class Plan(Record):
    """What is to be removed from a network: it can be saved, read, compared and applied again.

    Args:
        model: Class of the model it was made for.
        fingerprint: SHA-256 of that model's parameter names, shapes and values; empty for any weights.
        score: What ranked the units, with its settings.
        budget: What was asked for, in words.
        sites: What stays of each place, blocks in order.
        texts: Sequences that were looked at; 0 where the score needs none.
        tokens: Real tokens among them.
    """

    model: str
    fingerprint: str
    score: str
    budget: str
    sites: tuple[SitePlan, ...]
    texts: int = 0
    tokens: int = 0

    @property
    def kept(self) -> float:
        """Share of the units that stay, over all places."""
        total = sum(site.count for site in self.sites)
        return sum(len(site.kept) for site in self.sites) / total if total else 1.0

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a place: how many units stay."""
        rows: Rows = [
            (site.place, site.unit, str(site.count), str(len(site.kept)), f"{len(site.kept) / site.count:.0%}")
            for site in self.sites
        ]
        return ("place", "unit", "before", "after", "kept"), rows


class Figures(Record):
    """What a model is and does, before or after.

    Args:
        parameters: Numbers in its weights.
        bytes: Of its weights.
        flops: Multiplications and additions for one batch of the shape that was timed, counted singly.
        seconds: Median time of one such batch; None where it was not timed.
        seconds_low: Lower end of the 95% interval of that median.
        seconds_high: Upper end.
        accuracy: Share of right answers; None without labelled texts.
        accuracy_low: Lower end of its 95% interval (Wilson).
        accuracy_high: Upper end.
        divergence: Mean KL divergence of its answers from the dense model's, in nats; 0 before.
        agreement: Share of texts on which its answer is the dense model's; 1 before.
    """

    parameters: int
    bytes: int
    flops: float
    seconds: float | None = None
    seconds_low: float | None = None
    seconds_high: float | None = None
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    divergence: float | None = None
    agreement: float | None = None


class Pruning(Record):
    """A model before and after units were removed.

    Args:
        title: What was pruned.
        plan: What was removed.
        repaired: Whether the readers were mended after.
        before: The dense model.
        after: The pruned one.
        speedup: Time before divided by time after, of calls in turn; None where it was not timed.
        speedup_low: Lower end of its 95% interval.
        speedup_high: Upper end.
        share: Share of the dense model's time that its feed-forward networks take: what can be saved at most.
        batch: Shape of the batch that was timed, (texts, tokens).
        threads: Threads that it was timed with.
        seconds: What planning, repairing and applying took, in seconds.
        tested: Texts that accuracy and divergence were measured on; they take no part in planning.
        notes: What a reader must know.
    """

    title: str
    plan: Plan
    repaired: bool
    before: Figures
    after: Figures
    speedup: float | None = None
    speedup_low: float | None = None
    speedup_high: float | None = None
    share: float | None = None
    batch: tuple[int, int] = (0, 0)
    threads: int = 1
    seconds: float = 0.0
    tested: int = 0
    notes: tuple[str, ...] = ()


class SweepPoint(Record):
    """One setting of a way to prune: how much went, and what was left of the model.

    Args:
        method: What the line in a drawing is called.
        setting: The setting, in words, such as `alpha 0.05, beta 0.01`.
        removed: Share of the units that went.
        accuracy: Share of right answers.
        accuracy_low: Lower end of its 95% interval.
        accuracy_high: Upper end.
        divergence: Mean KL divergence from the dense model, in nats; None where it was not measured.
        seconds: Time for the test texts, in seconds; None where it was not measured.
        draw: Which draw of calibration texts, from 0.
        domain: Whose texts were tested.
    """

    method: str
    setting: str
    removed: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    divergence: float | None = None
    seconds: float | None = None
    draw: int = 0
    domain: str = ""


class Sweep(Record):
    """Ways to prune one model, at growing shares of units removed (figures 4 and 5 of the anatomy paper).

    Args:
        title: Which model, on which task.
        points: Every setting that was tried; the dense model is `removed = 0` of each method.
        notes: What a reader must know.
    """

    title: str
    points: tuple[SweepPoint, ...]
    notes: tuple[str, ...] = ()
