"""What was seen of a training through its symmetries: charges beside their theory, forecasts and alarms."""

from typing import Literal

from netwright.records.record import Record, Rows
from netwright.records.symmetry import SymmetryKind, SymmetryTable

AlarmKind = Literal[
    "frozen layer",
    "BatchNorm in eval",
    "weight decay lost to rounding",
    "value clipping",
    "not plain SGD",
    "schedule",
    "parameter missing from the optimizer",
    "broken symmetry",
]


class Attribution(Record):
    """What changed a family's charges, summed over the steps that were looked at closely.

    Every part is summed over the family's charges and divided by their size Q1 + Q2 (or |a| |theta_A|); `change` is the
    sum of the other four.

    Args:
        steps: How many steps were looked at.
        change: What was measured: charge after minus charge before.
        decay: The share of weight decay.
        finite_step: The share of the finite learning rate (second order in the step), momentum and unequal rates of
            parameter groups included.
        breaking: The share of <g, v> not being 0: 0 where the symmetry is exact.
        rounding: What is left.
    """

    steps: int
    change: float
    decay: float
    finite_step: float
    breaking: float
    rounding: float


class ChargeSeries(Record):
    """One family's charges through a training, measured and as theory has them.

    Args:
        kind: Of its symmetries.
        place: The layers that it joins.
        count: How many charges it has.
        exact: Whether its symmetries hold to rounding.
        steps: After how many optimizer steps it was read.
        measured: Sum of its charges at each reading.
        predicted: The same from the exact discrete law, the symmetry taken as exact (rho = 0); nothing where the
            optimizer has no such law.
        flow: The same from the continuous theory (modified flow, with momentum where there is some).
        error: Largest |measured - predicted| over the charges, divided by the charge's size Q1 + Q2 or |a| |theta_A|.
        flow_error: The same for the continuous theory.
        attribution: What changed it; nothing where no step was looked at closely.
        size: Sum over the charges of Q1 + Q2, or of |a| |theta_A|, at the first reading: what drawings divide by, so
            that families of every size stand beside each other; 0 where it is not known.
    """

    kind: SymmetryKind
    place: str
    count: int
    exact: bool
    steps: tuple[int, ...]
    measured: tuple[float, ...]
    predicted: tuple[float | None, ...] = ()
    flow: tuple[float | None, ...] = ()
    error: tuple[float | None, ...] = ()
    flow_error: tuple[float | None, ...] = ()
    attribution: Attribution | None = None

    @property
    def weightless(self) -> bool:
        """Whether it begins at 0 and nothing but rounding can move it, so that nothing is relative to its size."""
        return self.kind == "null" and not any(value for value in self.measured[:1])

    @property
    def largest_error(self) -> float | None:
        """Largest error of the exact law over the readings; nothing where there is none."""
        return _largest(self.error) if not self.weightless else None

    @property
    def largest_flow_error(self) -> float | None:
        """Largest error of the continuous theory over the readings; nothing where there is none."""
        return _largest(self.flow_error) if not self.weightless else None

    size: float = 0.0


class Forecast(Record):
    """Where the norm of a scale-invariant weight is heading at the present settings.

    Args:
        place: The layer.
        norm: |w| now.
        equilibrium: |w| at which decay and finite step balance; nothing without weight decay.
        steps: Steps until the norm is within 10% of it; nothing where it never comes there.
        angle: Turn of w / |w| a step, in radians, as measured.
        equilibrium_angle: The same at equilibrium, sqrt(2 lr decay / (1 + momentum)); nothing without weight decay.
        effective_rate: lr / |w|^2, the learning rate that the direction of w sees.
    """

    place: str
    norm: float
    equilibrium: float | None
    steps: float | None
    angle: float
    equilibrium_angle: float | None
    effective_rate: float


class Alarm(Record):
    """Something that a training does and its owner hardly wants.

    Args:
        kind: Which cause it is.
        place: The layer, parameter or optimizer group where it was seen.
        step: After how many optimizer steps it was seen first.
        found: What was measured, with its figures.
        remedy: What to do about it.
    """

    kind: AlarmKind
    place: str
    step: int
    found: str
    remedy: str


class Dynamics(Record):
    """A training, seen through its symmetries.

    Args:
        optimizer: Its class and settings at the first step that was watched.
        steps: Optimizer steps that were watched.
        every: Steps between readings.
        symmetries: What was watched.
        series: One entry a family.
        forecasts: One entry a scale-invariant layer.
        alarms: In the order in which they were raised.
        title: What was trained.
    """

    optimizer: str
    steps: int
    every: int
    symmetries: SymmetryTable
    series: tuple[ChargeSeries, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    title: str = "training"

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a family: its charge at the start and the end, and how far theory was off at most."""
        header = ("kind", "place", "charges", "from", "to", "theory off by", "continuous theory off by")
        return header, [_row(series) for series in self.series]


def _row(series: ChargeSeries) -> tuple[str, ...]:
    first, last = (f"{series.measured[at]:.6g}" if series.measured else "-" for at in (0, -1))
    return (
        series.kind,
        series.place,
        str(series.count),
        first,
        last,
        _off(series, series.largest_error),
        _off(series, series.largest_flow_error),
    )


def _largest(errors: tuple[float | None, ...]) -> float | None:
    return max((error for error in errors if error is not None), default=None)


def _off(series: ChargeSeries, error: float | None) -> str:
    if series.weightless:
        return "rounding only"
    return "-" if error is None else f"{error:.1e}"
