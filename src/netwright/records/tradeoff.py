"""What a decision trades for what, and how robust it is to weights."""

from pydantic import Field

from netwright.records.record import Record


class Exchange(Record):
    """What one step along the front costs: from one candidate to the next better one in `gain`.

    Args:
        better: The candidate with more of what is gained.
        worse: The next one on the front.
        gain: The quality that is gained.
        gained: How much, in its base unit, as an improvement (positive).
        price: The quality that is paid with.
        paid: How much worse it gets, in its base unit (positive).
        rate: paid/gained, with its 90% interval: (value, low, high); infinite where the step may gain nothing.
    """

    better: str
    worse: str
    gain: str
    gained: float
    price: str
    paid: float
    rate: tuple[float, float, float]


class Standpoint(Record):
    """Where a candidate stands among all weights and all draws of the measurements (SMAA-2).

    Args:
        candidate: The candidate.
        acceptability: P(it ranks first, second, ...) over weights and measurements.
        central_weights: Quality -> mean weight among those for which it ranks first; empty where it never does.
        confidence: P(it ranks first at its central weights) over measurements; NaN where it never ranks first.
        hypervolume: Share of the dominated volume that only it dominates, between the anchors.
        knee: Distance from the plane through the front's ends, in anchored units; NaN where it is not on the front or
            there is no such plane.
        utility: Weighted utility on the scenario's anchors with its 90% interval; None where there are no weights.
    """

    candidate: str
    acceptability: tuple[float, ...]
    central_weights: dict[str, float]
    confidence: float
    hypervolume: float
    knee: float
    utility: tuple[float, float, float] | None = None


class Flip(Record):
    """The smallest change of weights that makes another candidate win by weighted utility.

    Args:
        winner: Who wins with the weights as they are: the scenario's, or equal ones where it has none.
        other: Who would win.
        weights: Quality -> weight as it is.
        changed: Quality -> weight at which the other one draws level.
        distance: Half the sum of the absolute changes: the share of weight that moves.
    """

    winner: str
    other: str
    weights: dict[str, float]
    changed: dict[str, float]
    distance: float


class Settlement(Record):
    """How many seeds would settle an undecided constraint.

    Args:
        candidate: The candidate.
        quality: The constrained quality.
        probability: P(the constraint holds) now.
        seeds: Seeds now.
        needed: Seeds in all that would settle it if the estimate stays; infinite where no number would.
    """

    candidate: str
    quality: str
    probability: float
    seeds: int
    needed: float


class TradeOffs(Record):
    """Everything about trade-offs that stands beside a decision.

    Args:
        qualities: The compared qualities, in the order of preference.
        anchors: Quality -> (worst, best), on which utility is 0 and 1.
        anchors_given: Whether the scenario states all of the anchors.
        anchored_by: Quality -> what its anchors were read from: the scenario, a constraint, the possible values, ...
        exchanges: Steps along the front.
        knee: The candidate at the knee; None where the front has fewer than three members, or none beyond that plane.
        standpoints: One a contender.
        flip: The smallest change of weights that flips the winner; None where none does.
        settlements: One for each undecided constraint.
    """

    qualities: tuple[str, ...]
    anchors: dict[str, tuple[float, float]]
    anchors_given: bool
    anchored_by: dict[str, str] = Field(default_factory=dict)
    exchanges: tuple[Exchange, ...] = ()
    knee: str | None = None
    standpoints: tuple[Standpoint, ...] = ()
    flip: Flip | None = None
    settlements: tuple[Settlement, ...] = ()
