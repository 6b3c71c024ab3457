"""What watching for drift says: how far production is from the reference, and how sure that is."""

from typing import Literal

from netwright.records.record import Record, Rows

Group = Literal["input", "prediction", "embedding"]


class Effect(Record):
    """How far the rows of a window are from the reference, in one measure.

    Args:
        name: The measure, such as `PSI` or `KS`.
        value: Of the window.
        low: Lower end of its 95% interval.
        high: Upper end.
        n: Rows in the window.
        threshold: From which on it matters; None for a measure that only describes.
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    threshold: float | None = None

    @property
    def matters(self) -> bool:
        """Whether the value is at its threshold or above."""
        return self.threshold is not None and self.value >= self.threshold


class DriftAlarm(Record):
    """A feature drifted, surely and by enough to matter.

    Args:
        feature: Its name; `predicted class` is the class itself.
        group: The input, the prediction, or the embedding.
        row: Rows that had been seen when it rang.
        since: The first row (counted from 0) of the evidence: about where the drift began.
        e_value: Evidence against `no drift`: what a capital of 1 has become by fair bets; 1e300 at most.
        effects: How far the rows since then are from the reference.
    """

    feature: str
    group: Group
    row: int
    since: int
    e_value: float
    effects: tuple[Effect, ...]

    @property
    def message(self) -> str:
        """What is told to people, in one sentence."""
        effects = ", ".join(f"{one.name} {one.value:.2f} [{one.low:.2f}, {one.high:.2f}]" for one in self.effects)
        return f"{self.feature} drifted since about row {self.since}, seen at row {self.row}: {effects}"


class FeatureDrift(Record):
    """Where one feature stands.

    Args:
        feature: Its name.
        group: The input, the prediction, or the embedding.
        e_value: The capital now, 1e300 at most; about 1 or less where nothing drifts.
        since: First row of the evidence that there is now.
        discovered: Rows that had been seen when the evidence first sufficed; None where it never did.
        alarm: Rows that had been seen when it rang; None where it did not.
        effects: How far the latest rows are from the reference.
    """

    feature: str
    group: Group
    e_value: float
    since: int
    discovered: int | None = None
    alarm: int | None = None
    effects: tuple[Effect, ...] = ()


class DriftState(Record):
    """Where the watch for drift stands.

    Args:
        rows: Rows seen.
        level: Chance of any false alarm, however long one watches.
        features: One entry a feature, the predicted class last.
    """

    rows: int
    level: float
    features: tuple[FeatureDrift, ...]

    @property
    def drifted(self) -> tuple[str, ...]:
        """Names of the features whose alarm rang."""
        return tuple(one.feature for one in self.features if one.alarm is not None)

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a feature: name, e-value, effects, since which row, whether it rang."""
        rows: Rows = [
            (
                one.feature,
                f"{one.e_value:.3g}",
                ", ".join(f"{effect.name} {effect.value:.3f}" for effect in one.effects),
                "" if one.discovered is None else str(one.since),
                "drifted" if one.alarm is not None else "evident, but small" if one.discovered is not None else "calm",
            )
            for one in self.features
        ]
        return ("feature", "e-value", "effect", "since row", "verdict"), rows
