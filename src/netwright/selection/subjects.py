"""Subjects: which candidates a written analysis speaks of, and which trials stand behind its clauses."""

from collections.abc import Sequence

from netwright.records.decision import Assessment, Decision
from netwright.records.trial import Trial

MOST = 6
"""An analysis speaks of so many candidates: the chosen one, its fallback, then the most probable of the front."""


def subjects(decision: Decision) -> tuple[Assessment, ...]:
    """Return the candidates that an analysis speaks of, the most important first.

    Args:
        decision: The decision.

    Returns:
        At most six: the chosen one, its fallback, then by P(on the front), then in the scenario's order.
    """
    first = [name for name in (decision.chosen, decision.fallback) if name is not None]
    rest = [found for found in decision.candidates if found.name not in first]
    ordered = sorted(rest, key=lambda found: -found.probability_front)
    return (*(decision.assessment(name) for name in first), *ordered)[:MOST]


def trials_at(decision: Decision, name: str, sizes: Sequence[int]) -> tuple[str, ...]:
    """Return the ids of a candidate's trials at some sizes.

    Args:
        decision: The decision.
        name: The candidate.
        sizes: Training samples.

    Returns:
        Ids by size and seed; none where the scenario does not name the candidate.
    """
    design = decision.scenario.design
    seeds = range(design.first_seed, design.first_seed + design.seeds)
    return tuple(
        Trial(candidate=candidate, size=size, seed=seed).id
        for candidate in decision.scenario.candidates
        if candidate.name == name
        for size in sizes
        for seed in seeds
    )
