"""Running steps: each that has to run, in order, and none that has not."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from netwright.machine.progress import Progress
from netwright.records.errors import NetwrightError
from netwright.records.pipeline import StepEntry, StepRun
from netwright.studies.pipeline.causes import causes_of, changed, key_of
from netwright.studies.pipeline.history import History
from netwright.studies.pipeline.outputs import commit, damage, empty_folder, step_folder
from netwright.studies.pipeline.source_digest import Sources
from netwright.studies.pipeline.step import Step, Work

Made = dict[str, StepEntry]
"""Step -> the entry whose outputs hold now."""


@dataclass(frozen=True)
class Store:
    """Where steps are kept.

    Args:
        root: The pipeline's folder.
        history: Its ledger.
        sources: The source of netwright.
    """

    root: Path
    history: History
    sources: Sources


@dataclass(frozen=True)
class Looked:
    """What was found of a step before it runs.

    Args:
        causes: From what its outputs follow.
        key: Over these.
        kept: The entry whose outputs hold; None where it has to run.
        why: Why it has to run.
    """

    causes: dict[str, str]
    key: str
    kept: StepEntry | None
    why: tuple[str, ...]


def look(step: Step, store: Store, made: Made) -> Looked:
    """Return whether a step has to run.

    Args:
        step: The step.
        store: Where steps are kept.
        made: What the steps before made.

    Returns:
        What was found.
    """
    causes = causes_of(step, {name: entry.outputs for name, entry in made.items()}, store.sources)
    key = key_of(step.name, causes)
    entry = store.history.find(step.name, key)
    if entry is None:
        return Looked(causes, key, None, changed(causes, store.history.last(step.name)))
    folder = step_folder(store.root, step.name, key)
    trouble = damage(folder, entry.outputs) or step.broken(folder)
    return Looked(causes, key, None if trouble else entry, (trouble,) if trouble else ())


def run_steps(steps: Sequence[Step], store: Store, progress: Progress) -> Iterator[StepRun]:
    """Run what has to run, and yield what became of each step as it ends.

    A step that fails, or that the user stops, yields its line before its error goes on.

    Args:
        steps: The steps, each after those that it reads.
        store: Where steps are kept; the caller holds its folder.
        progress: Where progress is shown.

    Yields:
        One line a step, up to the first that fails.

    Raises:
        NetwrightError: A step failed; what was made before stands.
        KeyboardInterrupt: The user stopped it.
    """
    made: Made = {}
    for step in steps:
        told = StepRun(name=step.name, after=step.after)
        begun = time.perf_counter()
        try:
            found = look(step, store, made)
            before = store.history.last(step.name)
            if found.kept is None:
                progress.say(f"{step.name}: {'; '.join(found.why)}")
            entry = found.kept or _run(step, found, store, progress, made)
        except (NetwrightError, KeyboardInterrupt) as error:
            stopped = isinstance(error, KeyboardInterrupt)
            why = () if stopped else (str(error),)
            seconds = time.perf_counter() - begun
            yield told.model_copy(update={"status": "stopped" if stopped else "failed", "why": why, "seconds": seconds})
            raise
        made[step.name] = entry
        yield _line(told, found, entry, before)


def plan_steps(steps: Sequence[Step], store: Store) -> Iterator[StepRun]:
    """Yield what would become of each step, without running any.

    Args:
        steps: The steps, each after those that it reads.
        store: Where steps are kept.

    Yields:
        One line a step: `cached`, `would run`, or `would look` where it depends on what a step before it makes.
    """
    made: Made = {}
    for step in steps:
        told = StepRun(name=step.name, after=step.after)
        missing = [name for name in step.after if name not in made]
        if missing:
            # as if these made the same again: what else changed makes it run in any case
            last = store.history.last(step.name)
            before = {name: entry for name in missing if (entry := store.history.last(name)) is not None}
            found = look(step, store, made | before) if len(before) == len(missing) else None
            sure = last is None or found is None or found.kept is None
            why = ("first time",) if last is None else found.why if found is not None and sure else ()
            after = tuple(f"it reads what {name} makes" for name in missing)
            yield told.model_copy(update={"status": "would run" if sure else "would look", "why": why or after})
            continue
        found = look(step, store, made)
        if found.kept is not None:
            made[step.name] = found.kept
            yield told.model_copy(update={"status": "cached", "told": found.kept.told})
        else:
            yield told.model_copy(update={"status": "would run", "why": found.why})


def _run(step: Step, found: Looked, store: Store, progress: Progress, made: Made) -> StepEntry:
    begun = time.perf_counter()
    folder = empty_folder(store.root)
    inputs = {name: step_folder(store.root, name, made[name].key) for name in step.after}
    told = step.run(Work(folder, inputs, progress))
    outputs = commit(folder, step_folder(store.root, step.name, found.key))
    entry = StepEntry(
        step=step.name,
        key=found.key,
        causes=found.causes,
        outputs=outputs,
        seconds=time.perf_counter() - begun,
        told=told,
    )
    store.history.add(entry)
    return entry


def _line(told: StepRun, found: Looked, entry: StepEntry, before: StepEntry | None) -> StepRun:
    if found.kept is not None:
        return told.model_copy(update={"status": "cached", "told": entry.told, "key": entry.key})
    again = before is not None
    return told.model_copy(
        update={
            "status": "redone" if again else "done",
            "why": found.why,
            "seconds": entry.seconds,
            "same": before is not None and before.outputs == entry.outputs,
            "told": entry.told,
            "key": entry.key,
        }
    )
