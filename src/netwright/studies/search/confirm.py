"""The best finds of a search beside the hand-written candidate: trained anew, tested, compared."""

from collections.abc import Sequence
from pathlib import Path

from netwright.machine.progress import Progress
from netwright.qualities.catalog import QUALITIES
from netwright.records.candidate import Candidate
from netwright.records.scenario import Scenario
from netwright.records.search import Attempt, Comparison
from netwright.selection.dominance import probability_dominates
from netwright.studies.choose import choose
from netwright.studies.executors import Executor
from netwright.tracking.ledger import read_results

SURE = 0.9


def confirm(
    scenario: Scenario,
    base: Candidate,
    better: Sequence[Attempt],
    out: Path,
    executor: Executor,
    progress: Progress,
) -> Comparison | None:
    """Train the best find, the cheapest one and the hand-written candidate with every seed, and compare them.

    It is a study of its own, so that both are measured alike; the test samples were not looked at before.

    Args:
        scenario: The question.
        base: The hand-written candidate.
        better: Attempts that scored more, the best first.
        out: Folder of that study.
        executor: Where trials run.
        progress: Where progress is shown.

    Returns:
        The find that dominates with the highest probability beside the base; None where nothing scored more.
    """
    found = _worth_confirming(better)
    if not found:
        return None
    small = _confirming(scenario, (base, *(attempt.candidate for attempt in found)))
    decision = choose(small, out=out, executor=executor, progress=progress)
    results = list(read_results(out).values())
    chances = {
        attempt.candidate.name: probability_dominates(attempt.candidate.name, base.name, results, small, QUALITIES)
        for attempt in found
    }
    best = max(found, key=lambda attempt: chances[attempt.candidate.name])
    chance = chances[best.candidate.name]
    return Comparison(
        variant=best.candidate,
        changes=best.changes,
        hand_written=decision.assessment(base.name).measurements,
        found=decision.assessment(best.candidate.name).measurements,
        probability_dominates=chance,
        dominates=chance >= SURE,
    )


def _worth_confirming(better: Sequence[Attempt]) -> list[Attempt]:
    """Return the find that scored most, and the one that costs least: the best score of many is partly luck."""
    if not better:
        return []
    cheapest = min(better, key=lambda attempt: (attempt.cost, -attempt.score))
    return [better[0]] if cheapest is better[0] else [better[0], cheapest]


def _confirming(scenario: Scenario, candidates: tuple[Candidate, ...]) -> Scenario:
    changed = {
        "name": f"{scenario.name[:50]}-confirm",
        "design": scenario.design.model_copy(update={"sizes": scenario.design.sizes[-1:]}),
        "candidates": candidates,
        "stopping": None,
        "modify": None,
        "backends": (),
    }
    return scenario.model_copy(update=changed)
