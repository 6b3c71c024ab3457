"""Whether one candidate dominates another, given how sure their measurements are."""

from collections.abc import Sequence

import numpy as np

from netwright.records.quality import Quality
from netwright.records.scenario import Scenario
from netwright.records.trial import TrialResult
from netwright.selection.comparable import additive, table_of_draws, tolerance_of
from netwright.selection.comparison import compared_qualities
from netwright.selection.evidence import gather
from netwright.selection.standing import stand


def probability_dominates(
    name: str, other: str, results: Sequence[TrialResult], scenario: Scenario, qualities: Sequence[Quality]
) -> float:
    """Return P(one candidate dominates another) over the joint draws of their measurements.

    In a draw it dominates where it is worse by more than what counts in no compared quality, and better by more than
    that in at least one (dominance with the tolerances of `pareto_front`).

    Args:
        name: The candidate that may dominate.
        other: The candidate that may be dominated.
        results: What became of the trials.
        scenario: Says which qualities are compared, and which differences do not count.
        qualities: Every quality that may have been measured.

    Returns:
        The probability; 0 where one of them lacks a compared quality that the other one has, or has no result.
    """
    known = {quality.name: quality for quality in qualities}
    standings = stand(gather(results, scenario), scenario, known)
    pair = [standings[name].pooled, standings[other].pooled]
    compared = [known[quality] for quality in compared_qualities(scenario) if any(quality in own for own in pair)]
    tolerances = [tolerance_of(quality, scenario.preferences) for quality in compared]
    values, epsilon = additive(table_of_draws(pair, compared), tolerances)
    signs = np.array([1.0 if quality.direction == "higher" else -1.0 for quality in compared])
    gains = (values[:, 0] - values[:, 1]) * signs
    # a NaN is neither no worse nor better
    no_worse, better = (gains >= -epsilon).all(axis=1), (gains > epsilon).any(axis=1)
    return float(np.mean(no_worse & better))
