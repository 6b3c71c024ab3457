"""A candidate's column of the scalability paper's table IV."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from netwright.records.curve import EXTRAPOLATION_LIMIT, Curve
from netwright.records.decision import Verdict
from netwright.records.errors import ExtrapolationError
from netwright.records.growth import Growth
from netwright.records.scalability import Estimate, Scalability
from netwright.scaling.elasticity import OverSizes, complement, elasticity
from netwright.scaling.estimate import estimate
from netwright.scaling.percent import Yardstick, scalability_percent
from netwright.scaling.ranges import feasible_range, optimal_range
from netwright.scaling.requirement import Requirement
from netwright.scaling.saturation import saturation
from netwright.scaling.suitable import suitable_size


@dataclass(frozen=True)
class Known:
    """What a study knows of one candidate.

    Args:
        candidate: Its name.
        curve: Error over training samples.
        timing: Training time at the study's largest size, where it has no law.
        growth: Quality -> how it grows, such as `training_time`.
        verdicts: One for each constraint, at the largest size.
        completed: How many of its trials ended well.
        trials: How many ended.
    """

    candidate: str
    curve: Curve
    timing: Estimate
    growth: Mapping[str, Growth] = field(default_factory=dict)
    verdicts: Sequence[Verdict] = ()
    completed: int = 1
    trials: int = 1


def scalability(known: Known, yardstick: Yardstick) -> Scalability:
    """Return the rows of table IV for one candidate; what each means stands with the function that computes it.

    "At the largest size" is the study's largest size, also for a candidate whose trials failed there: its laws go on.

    Args:
        known: What is known of the candidate.
        yardstick: What the candidates of the study are held against.

    Returns:
        The column.

    Raises:
        ExtrapolationError: The study's largest size is more than 8 times the candidate's largest measured one.
        InputError: The best candidate is no better than chance, or no trial ended.

    Source: the scalability paper, table IV.
    """
    curve, largest = known.curve, yardstick.sizes[1]
    if largest > EXTRAPOLATION_LIMIT * curve.sizes[-1]:
        raise ExtrapolationError(
            f"{known.candidate} was measured up to n = {curve.sizes[-1]}, and the study goes to n = {largest}, "
            f"more than {EXTRAPOLATION_LIMIT:g}x; its scalability cannot be told there: let its larger trials end well"
        )
    measured = curve.sizes[0], curve.sizes[-1]
    time, accuracy = known.growth.get("training_time"), complement(curve.at)
    suitable, saturated = suitable_size(curve, yardstick.target), saturation(curve, yardstick.gain)
    feasible, why_empty = feasible_range(requirements(known), measured)
    optimal, why_not_optimal = optimal_range(feasible, suitable, saturated[0], measured[1])
    return Scalability(
        candidate=known.candidate,
        timing=known.timing if time is None else estimate(time.at(largest)),
        accuracy=estimate(accuracy(largest)),
        target=yardstick.target,
        suitable=suitable,
        feasible=feasible,
        optimal=optimal,
        saturation=saturated,
        gain=yardstick.gain,
        percent=scalability_percent(curve, yardstick, known.completed, known.trials),
        error_elasticity=elasticity(curve.at, largest),
        accuracy_elasticity=elasticity(accuracy, largest),
        cost_elasticity=None if time is None else elasticity(time.at, largest),
        why_empty=why_empty,
        why_not_optimal=why_not_optimal,
    )


def requirements(known: Known) -> list[Requirement]:
    """Return the constraints of a candidate with the laws that say how they stand at other sizes.

    Args:
        known: What is known of the candidate.

    Returns:
        One a verdict; a quality without a law keeps the probability of its verdict at every size.
    """
    laws: dict[str, OverSizes] = {quality: growth.at for quality, growth in known.growth.items()}
    laws["accuracy"] = complement(known.curve.at)
    return [Requirement(verdict, laws.get(verdict.quality)) for verdict in known.verdicts]
