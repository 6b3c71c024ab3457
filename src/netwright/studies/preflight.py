"""What is checked before the first trial: bad input is told at once, not after an hour."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from netwright.data.catalog import fetch, load
from netwright.data.checks import check_dataset
from netwright.machine.isolation import Ended, Job
from netwright.machine.progress import Progress
from netwright.qualities.complexity import predict_complexity
from netwright.records.candidate import Candidate
from netwright.records.complexity import Complexity
from netwright.records.errors import CandidateError
from netwright.records.record import Record
from netwright.records.scenario import Scenario
from netwright.studies.executors import Executor
from netwright.studies.fresh import fresh_model, needs_of
from netwright.studies.shrink import shrunk_shape
from netwright.training.augment import make_augmentation


class CandidateCheck(Record):
    """What the process that tries to build a candidate is told.

    Args:
        candidate: The candidate.
        shape: (channels, height, width) of an input.
        classes: How many classes it must tell apart.
    """

    candidate: Candidate
    shape: tuple[int, ...]
    classes: int


class Checked(NamedTuple):
    """What was found before the first trial.

    Args:
        notes: Notes on the data that the decision must state.
        predictions: Candidate -> its complexity, predicted from its structure.
        chance: Share of the most frequent class among the test samples.
        test_samples: How many samples accuracy is measured on.
    """

    notes: tuple[str, ...]
    predictions: dict[str, Complexity]
    chance: float
    test_samples: int


def check_candidate(payload: str, tell: Callable[[str], None]) -> str:  # noqa: ARG001 - a job's target has this signature
    """Build a candidate, run it once, and say how complex it is; a fault leaves as CandidateError.

    Args:
        payload: A `CandidateCheck` as JSON.
        tell: Not used: the work is short.

    Returns:
        Its `Complexity` as JSON.
    """
    check = CandidateCheck.from_json(payload)
    model = fresh_model(check.candidate, check.shape, check.classes)
    make_augmentation(check.candidate.recipe, check.shape)
    if check.candidate.prune is not None:
        model = shrunk_shape(model, check.candidate.prune)
    return predict_complexity(model, check.shape, check.candidate.recipe, check.classes).to_json()


def check_scenario(scenario: Scenario, executor: Executor, folder: Path, progress: Progress) -> Checked:
    """Look at the data and try to build every candidate, each in a process of its own.

    A candidate whose process dies or meets its limits is no fault of the scenario: its trials will say so.

    Args:
        scenario: The scenario.
        executor: Where the candidates are built.
        folder: The study's folder, named in the message.
        progress: Where progress is shown.

    Returns:
        What was found.

    Raises:
        InputError: The data is not what the scenario needs.
        CandidateError: Candidates cannot be built or have the wrong shape: all of them, each with its reason.
    """
    progress.start(float(len(scenario.candidates)), "checking the data and the candidates")
    try:
        return _check(scenario, executor, folder, progress)
    finally:
        progress.stop()


def _check(scenario: Scenario, executor: Executor, folder: Path, progress: Progress) -> Checked:
    dataset = load(scenario.data)
    # here and not in the candidates' processes, which would fetch the same files at once
    for name in dict.fromkeys(need for candidate in scenario.candidates for need in needs_of(candidate)):
        fetch(name)
    notes = check_dataset(dataset, scenario.design, scenario.group)
    jobs = [
        Job(
            candidate.name,
            check_candidate,
            _told(candidate, dataset.shape, len(dataset.classes)),
            scenario.limits,
            reads=() if candidate.recipe.weights is None else (candidate.recipe.weights,),
        )
        for candidate in scenario.candidates
    ]
    ended = []
    for event in executor.run(jobs):
        if isinstance(event, Ended):
            ended.append(event)
            progress.advance(float(len(ended)), event.job, None)
    faults = sorted(event.detail for event in ended if event.error == "CandidateError")
    if faults:
        message = "\n  ".join([f"{len(faults)} of {len(jobs)} candidates cannot be tried:", *faults])
        raise CandidateError(f"{message}\n  nothing was run in {folder}; correct them and start again")
    labels = dataset.test_labels
    test = len(labels) if scenario.design.test is None else scenario.design.test
    return Checked(
        notes=notes,
        predictions={event.job: Complexity.from_json(event.result) for event in ended if event.result is not None},
        chance=labels.bincount().max().item() / len(labels),
        test_samples=test,
    )


def _told(candidate: Candidate, shape: tuple[int, ...], classes: int) -> str:
    return CandidateCheck(candidate=candidate, shape=shape, classes=classes).to_json()
