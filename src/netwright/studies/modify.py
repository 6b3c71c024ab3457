"""The modification search: change a hand-written candidate where it stands, and keep what is better."""

from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.machine.progress import Progress, Silent
from netwright.records.candidate import Candidate
from netwright.records.decision import Decision
from netwright.records.errors import InputError
from netwright.records.factors import Factors
from netwright.records.scenario import Modify, Scenario
from netwright.records.search import Search
from netwright.scaling.sensitivity import sensitivity
from netwright.studies.conclude import FACTORS, write_down
from netwright.studies.executors import Executor, LocalExecutor
from netwright.studies.search.confirm import confirm
from netwright.studies.search.hunt import Hunt
from netwright.studies.search.knobs import MODIFIABLE, knobs_of
from netwright.studies.search.notes import SearchNotes
from netwright.tracking.folder_lock import lock_folder

FOLDER, NAME = "modify", "search.json"


def modify(
    scenario: Scenario,
    decision: Decision,
    out: str | Path,
    wanted: Modify,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Search:
    """Search for a better form of a candidate, and test what was found beside it.

    Half of the proposals change the number of layers, 30% values of hyper-parameters, 20% which are used, each from the
    best one so far and none at a higher cost than the hand-written candidate. Scores come from training samples that no
    size contains; the best are trained anew with every seed and tested. Stopping loses at most what runs.

    Args:
        scenario: The question.
        decision: Its decision; where `wanted` names nobody, its choice is modified, or else the most accurate
            candidate that can be.
        out: The study's folder; the search lives in `modify` inside it.
        wanted: Budget, candidate, size.
        executor: Where trainings run; this machine, one worker a core, if not given.
        progress: Where progress is shown; nowhere if not given.

    Returns:
        The search, which also stands in `modify/search.json` and in the study's written analysis.

    Raises:
        InputError: The candidate does not exist, or is none whose layers are known.
        StorageError: Results could not be written; what was tried before stands.
        KeyboardInterrupt: The user stopped the search.

    Source: the scalability paper (Kosuru et al.), section III.
    """
    base, out = _base(scenario, decision, wanted), Path(out)
    executor, progress = executor or LocalExecutor(), progress or Silent()
    size = wanted.size or max(scenario.design.sizes[-1] // 2, 2)
    with lock_folder(out / FOLDER):
        notes = SearchNotes(out / FOLDER, {"scenario": scenario.digest(), "base": base.name, "size": str(size)})
        hunt = Hunt(scenario, base, size, wanted.budget, notes)
        hunt.run(executor, progress)
        found = Search(base=base.name, budget=wanted.budget, size=size, attempts=hunt.attempts())
        comparison = confirm(scenario, base, hunt.better(), out / FOLDER / "confirm", executor, progress)
        return _keep(found.model_copy(update={"comparison": comparison}), decision, out)


def _keep(search: Search, decision: Decision, out: Path) -> Search:
    attempts = search.attempts
    learned = {
        "effects": sensitivity([attempt.indices for attempt in attempts], [attempt.score for attempt in attempts]),
        "cpu_seconds": sum(attempt.cpu_seconds for attempt in attempts),
    }
    search = search.model_copy(update=learned)
    write_durably(out / FOLDER / NAME, search.to_json(indent=1).encode())
    write_down(decision, Factors.from_json((out / FACTORS).read_bytes()), (search,), out)
    return search


def _base(scenario: Scenario, decision: Decision, wanted: Modify) -> Candidate:
    """Return the candidate to modify: the one that is named, else the most accurate one whose layers are known."""
    if wanted.base is not None:
        found = next((candidate for candidate in scenario.candidates if candidate.name == wanted.base), None)
        if found is None:
            known = ", ".join(candidate.name for candidate in scenario.candidates)
            raise InputError(f"modify.base: there is no candidate {wanted.base!r}; name one of {known}")
        # before anything is written: a model whose layers are not known is refused
        knobs_of(found)
        return found
    able = [candidate for candidate in scenario.candidates if candidate.model in MODIFIABLE]
    if not able:
        raise InputError(f"modify: no candidate is one of the models that can be modified: {', '.join(MODIFIABLE)}")
    # the chosen one comes first, whatever it was chosen for
    return max(able, key=lambda candidate: (candidate.name == decision.chosen, _accuracy(decision, candidate.name)))


def _accuracy(decision: Decision, name: str) -> float:
    measured = decision.assessment(name).measured("accuracy")
    return measured.value if measured is not None else 0.0
