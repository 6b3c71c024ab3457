"""The step `study`: trials and decision, with what earlier studies of the same pipeline measured already."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from netwright.machine.durable import write_durably
from netwright.machine.hardware import conditions
from netwright.records.errors import StorageError
from netwright.records.scenario import Scenario
from netwright.studies.pipeline.causes import digest_of
from netwright.studies.pipeline.outputs import digests
from netwright.studies.pipeline.request import Request
from netwright.studies.pipeline.reuse import reuse_trials
from netwright.studies.pipeline.step import Step, Work
from netwright.studies.pipeline.step_files import DATA, MADE, SPLIT, fetched_fingerprint
from netwright.studies.pipeline.trial_keys import Grounds
from netwright.studies.trial_job import trials_of

STUDIES = "studies"
"""The folders in which studies run, below the pipeline's: a stopped one goes on there."""
TRIAL_CODE = ("studies.trial_run", "studies.backend_run")
_STUDY_CODE = ("studies.choose", "studies.modify", "studies.pipeline.studying")
_PACKAGES = ("torch", "numpy", "scipy", "scikit-learn")
_LEFT_OUT = (
    "mlflow.db",
    "checkpoint",
    ".lock",
    "aside-",
    "report.html",
    "decision.md",
    "mlartifacts",
    "mlruns",
    "trial_keys",
)


def study_step(request: Request) -> Step:
    """Return the step that measures every candidate and decides.

    Args:
        request: What the pipeline makes.

    Returns:
        The step; every part of the scenario is a cause of its own.
    """
    parts = request.scenario.model_dump(mode="json")
    return Step(
        name="study",
        reads=(f"fetch/{DATA}", f"split/{SPLIT}"),
        code=_STUDY_CODE,
        parameters={f"scenario.{name}": value for name, value in parts.items()},
        run=lambda work: _study(request, work),
        outside=lambda: surroundings(request.scenario),
    )


def surroundings(scenario: Scenario) -> dict[str, str]:
    """Return what trials follow from that is neither in the scenario nor in netwright.

    Args:
        scenario: The scenario.

    Returns:
        Name -> digest: the hardware, the versions of packages, factories of one's own, weights to start from.
    """
    found = {"hardware": digest_of(conditions().hardware)}
    found["versions of packages"] = digest_of({name: version(name) for name in _PACKAGES})
    for candidate in scenario.candidates:
        module, _, factory = candidate.model.partition(":")
        if factory:
            found[f"source of {module}"] = _source(module)
        if candidate.recipe.weights is not None:
            found[f"weights of {candidate.name}"] = _content(Path(candidate.recipe.weights))
    return found


def study_folder(request: Request, grounds: Grounds) -> Path:
    """Return where a study runs: its ledger belongs to one scenario, and its trials to one state of data and code."""
    known = digest_of([request.scenario.digest(), grounds.fingerprint, grounds.code, dict(grounds.surroundings)])
    return request.root / STUDIES / known[:16]


def _study(request: Request, work: Work) -> str:
    scenario = request.scenario
    code = request.sources.digest(f"netwright.{name}" for name in TRIAL_CODE)
    grounds = Grounds(fetched_fingerprint(work), code, surroundings(scenario))
    folder = study_folder(request, grounds)
    reused = reuse_trials(scenario, folder, grounds)
    for note in reused.notes:
        work.progress.say(note)
    decision = request.tools.study(scenario, folder, work.progress)
    _keep(folder, work.folder / "study")
    # what a package is made of: an equal decision on equal weights makes no other one
    kept = digests(work.folder / "study")
    made = {name: digest for name, digest in kept.items() if name == "decision.json" or name.endswith(".safetensors")}
    write_durably(work.folder / MADE, json.dumps(made, indent=1).encode())
    planned = len(trials_of(scenario))
    again = f"; {reused.count} of {planned} trials stood already" if reused.count else ""
    return f"{decision.chosen or 'no candidate'} chosen{again}"


def _keep(folder: Path, place: Path) -> None:
    """Keep what a study left; large files are linked, those that are appended to are copied."""
    try:
        for file in _files(folder):
            target = place / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            if file.suffix == ".safetensors":
                try:
                    os.link(file, target)
                    continue
                except OSError:
                    # another file system, or one without links: a copy does as well
                    target.unlink(missing_ok=True)
            shutil.copyfile(file, target)
    except OSError as error:
        raise StorageError(f"could not keep {place}: {error.strerror}; free space there, and start again") from error


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(_LEFT_OUT) for part in inside):
            yield path


def _source(module: str) -> str:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        spec = None
    # one that is not found is told by the study itself
    return "missing" if spec is None or spec.origin is None else _content(Path(spec.origin))


def _content(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return "missing"
