"""The pipeline: from a scenario to a package in service, doing again only what has to be done again."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.machine.progress import Progress, Silent
from netwright.records.errors import InputError, LedgerError, nearest
from netwright.records.pipeline import Pipeline, StepRun
from netwright.studies.pipeline.deploying import CURRENT, deploy_step
from netwright.studies.pipeline.fetching import fetch_step
from netwright.studies.pipeline.history import History, read_history
from netwright.studies.pipeline.outputs import step_folder
from netwright.studies.pipeline.packaging import package_step
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.runner import Store, plan_steps, run_steps
from netwright.studies.pipeline.splitting import split_step
from netwright.studies.pipeline.step import Step
from netwright.studies.pipeline.step_files import FEEDBACK, VALIDATION
from netwright.studies.pipeline.studying import study_step
from netwright.studies.pipeline.validating import validate_step
from netwright.tracking.folder_lock import lock_folder

STEPS = ("fetch", "validate", "split", "study", "package", "deploy")
RECORD = "pipeline.json"
SOURCES = "sources.json"


def run_pipeline(request: Request, until: str = STEPS[-1], progress: Progress | None = None) -> Pipeline:
    """Run the steps of a pipeline that have to run.

    What a step made is kept under a key: the SHA-256 over its code, its parameters, the files that it reads and what it
    follows from outside. A step whose key is known and whose outputs are whole is not run again. Killing it at any
    moment loses the step that runs, of a study at most the epochs since its last checkpoints; the same call goes on.
    `pipeline.json` in its folder is the record of the newest run, also of one that failed.

    Args:
        request: What it makes, and where.
        until: The last step that is run.
        progress: Where progress is shown; nowhere if not given.

    Returns:
        What became of each step.

    Raises:
        InputError: There is no such step; or the data, the scenario or the folder is not what is needed.
        LedgerError: Another pipeline runs in the folder.
        StorageError: Something could not be written; what was made before stands.
        KeyboardInterrupt: The user stopped it.
    """
    progress = progress or Silent()
    _known(until)
    with _held(request.root):
        store = Store(request.root, read_history(request.root), request.sources)
        steps = graph(request, store.history)
        lines: list[StepRun] = []
        try:
            for line in run_steps(steps[: STEPS.index(until) + 1], store, progress):
                lines.append(line)
                progress.say(_told(line))
        finally:
            progress.stop()
            request.sources.remember()
            record = _record(request, steps, lines)
            write_durably(request.root / RECORD, record.to_json(indent=1).encode())
            _publish(request.root, lines)
    return record


def plan_pipeline(request: Request, until: str = STEPS[-1]) -> Pipeline:
    """Return what `run_pipeline` would do, without doing or writing anything.

    Args:
        request: What the pipeline makes, and where.
        until: The last step that would be run.

    Returns:
        What would become of each step.
    """
    _known(until)
    history = read_history(request.root, mend=False)
    steps = graph(request, history)
    store = Store(request.root, history, request.sources)
    lines = list(plan_steps(steps[: STEPS.index(until) + 1], store))
    return _record(request, steps, lines)


def graph(request: Request, history: History) -> tuple[Step, ...]:
    """Return the steps of a pipeline, each after those that it reads.

    Args:
        request: What it makes.
        history: What it made before.

    Returns:
        fetch, validate, split, study, package, deploy.
    """
    return (
        fetch_step(request),
        validate_step(request, history),
        split_step(request),
        study_step(request),
        package_step(request),
        deploy_step(request),
    )


def read_pipeline(folder: Path) -> Pipeline:
    """Return the record of the newest run in a pipeline's folder.

    Args:
        folder: The folder.

    Returns:
        The record.

    Raises:
        LedgerError: There is none.
    """
    file = folder / RECORD
    if not file.is_file():
        raise LedgerError(f"{folder} holds no {RECORD}; run `netwright pipeline` with --out {folder} first")
    return Pipeline.from_json(file.read_bytes())


def _known(until: str) -> None:
    if until not in STEPS:
        raise InputError(f"--until: there is no step {until!r}. {nearest(until, STEPS)}")


@contextmanager
def _held(root: Path) -> Iterator[None]:
    lock = lock_folder(root)
    try:
        yield
    finally:
        lock.close()


def _record(request: Request, steps: Sequence[Step], lines: Sequence[StepRun]) -> Pipeline:
    reached = {line.name: line for line in lines}
    share = _share(request, reached)
    notes: tuple[str, ...] = ()
    if share:
        notes = (
            f"{share:.1%} of the training labels are a model's own predictions: it learns what it believed; "
            "have a sample of them checked by people",
        )
    current = request.root / CURRENT
    return Pipeline(
        scenario=request.scenario.name,
        scenario_hash=request.scenario.digest(),
        folder=str(request.root),
        steps=tuple(reached.get(step.name, StepRun(name=step.name, after=step.after)) for step in steps),
        from_predictions=share,
        deployed=str(current.resolve()) if current.is_symlink() else "",
        notes=notes,
    )


def _share(request: Request, reached: dict[str, StepRun]) -> float | None:
    if "fetch" not in reached or not reached["fetch"].key:
        return None
    file = step_folder(request.root, "fetch", reached["fetch"].key) / FEEDBACK
    value = json.loads(file.read_bytes())["from_predictions"] if file.is_file() else None
    return None if value is None else float(value)


def _publish(root: Path, lines: Sequence[StepRun]) -> None:
    """Put the validation that holds now beside the record, where people look for it."""
    for line in lines:
        file = step_folder(root, line.name, line.key) / VALIDATION
        if line.name == "validate" and line.status == "cached" and file.is_file():
            write_durably(root / VALIDATION, file.read_bytes())


def _told(line: StepRun) -> str:
    same = ", the same again" if line.same else ""
    told = f": {line.told}" if line.told else ""
    return f"{line.name}: {line.status}{same}{told}"
