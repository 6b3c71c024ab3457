"""Packing a study's decision: its models, what runs them, what they were decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save as to_safetensors
from torch import nn

from netwright.data.catalog import view_of
from netwright.data.dataset import Dataset
from netwright.machine.durable import write_durably
from netwright.machine.hardware import versions
from netwright.machine.progress import Progress
from netwright.machine.seeds import derive_seed
from netwright.models.stored import save_stored
from netwright.models.text.classifier import TextClassifier
from netwright.models.text.library import transformers_library
from netwright.pruning.new_folder import new_folder
from netwright.pruning.save import save_pruned
from netwright.records.candidate import Candidate
from netwright.records.decision import Decision
from netwright.records.errors import InputError
from netwright.records.package import FileMark, Manifest, PackagedModel, Role
from netwright.records.study import Study
from netwright.records.trial import Trial
from netwright.serving.checks import INPUTS
from netwright.serving.engine import Answers, Engine, join_answers
from netwright.serving.forms.catalog import AnyForm
from netwright.serving.package import CARD, CHECKS, DECISION, EMBEDDING, FORM, MANIFEST, REFERENCE, VIEW, digest
from netwright.studies.data_at_hand import load
from netwright.studies.read import read_study
from netwright.studies.register import best_trial
from netwright.studies.ship.card import model_card
from netwright.studies.ship.data_form import form_of
from netwright.studies.ship.engine_choice import choose_engine
from netwright.studies.ship.reference_of import Observed, reference_of
from netwright.studies.trial_job import job_for
from netwright.studies.trial_run import trained_model

MOST_REFERENCE = 5000
"""Test samples that the reference describes at most."""
CHECKED = 16
"""Real inputs that a package holds, to check its engines with."""
AT_ONCE = 64
STEPS = 4


@dataclass(frozen=True, eq=False)
class _Packed:
    model: PackagedModel
    engine: Engine


@dataclass(frozen=True, eq=False)
class _Samples:
    """What the reference describes."""

    inputs: NDArray[np.float32] | NDArray[np.uint8]
    labels: NDArray[np.int64]


def pack(folder: Path, place: Path, progress: Progress, from_predictions: float = 0.0) -> Path:
    """Turn a study's decision into a package.

    Args:
        folder: The study's folder.
        place: A new folder.
        progress: Where progress is shown.
        from_predictions: Share of the training rows whose labels were a model's own predictions.

    Returns:
        The package's folder, which appears whole or not at all.

    Raises:
        InputError: The study chose no candidate, its weights are gone, or there is something in the folder already.
        StorageError: The folder could not be written.
    """
    study = read_study(folder)
    decision = study.decision
    if decision.chosen is None:
        raise InputError(
            f"the study in {folder} chose no candidate, so there is nothing to ship; relax a constraint, or look at "
            "its report for what each one missed"
        )
    dataset = load(decision.scenario.data)
    samples = _samples(dataset)
    form = form_of(dataset)
    progress.start(STEPS, f"package of {decision.scenario.name}")
    try:
        with new_folder(place) as fresh:
            packed = _pack_models(study, folder, dataset, samples, fresh, progress)
            progress.advance(STEPS - 2, "what the data looked like", None)
            _write_facts(fresh, decision, dataset, form, packed, samples)
            manifest = _manifest(decision, dataset, form, packed).model_copy(
                update={"from_predictions": from_predictions}
            )
            write_durably(fresh / CARD, model_card(manifest, decision).encode())
            whole = manifest.model_copy(update={"files": _marks(fresh)})
            # last: a folder with a manifest has all its files
            write_durably(fresh / MANIFEST, whole.to_json(indent=2).encode())
    finally:
        progress.stop()
    return place


def reference_indices(count: int) -> NDArray[np.int64]:
    """Return which of so many test samples the reference describes: all, or an even draw where there are very many.

    >>> len(reference_indices(100)), len(reference_indices(10_000))
    (100, 5000)
    """
    generator = np.random.default_rng(derive_seed("reference", count))
    return np.sort(generator.permutation(count)[:MOST_REFERENCE])


def _samples(dataset: Dataset) -> _Samples:
    indices = torch.from_numpy(reference_indices(len(dataset.test_labels)))
    return _Samples(dataset.test_inputs(indices).numpy(), dataset.test_labels[indices].numpy())


def _pack_models(
    study: Study, folder: Path, dataset: Dataset, samples: _Samples, fresh: Path, progress: Progress
) -> list[_Packed]:
    decision = study.decision
    roles: list[tuple[Role, str | None]] = [("chosen", decision.chosen), ("fallback", decision.fallback)]
    packed = []
    for number, (role, name) in enumerate(roles):
        if name is not None:
            progress.advance(number, name, None)
            packed.append(_pack_model(study, folder, dataset, samples, fresh, (role, name)))
    return packed


def _pack_model(
    study: Study, folder: Path, dataset: Dataset, samples: _Samples, fresh: Path, which: tuple[Role, str]
) -> _Packed:
    role, name = which
    candidate, module = _trained(study, folder, dataset, name)
    place = Path("models", role)
    (fresh / place).mkdir(parents=True)
    _write_model(fresh / place, candidate, module, dataset)
    choice, engine = choose_engine(module, samples.inputs, fresh / place)
    measured = study.decision.assessment(name).measured("accuracy")
    return _Packed(
        PackagedModel(
            role=role,
            candidate=name,
            folder=place.as_posix(),
            layout="transformers" if isinstance(module, TextClassifier) else "netwright",
            choice=choice,
            tokens=module.max_length if isinstance(module, TextClassifier) else None,
            accuracy=None if measured is None else measured.value,
        ),
        engine,
    )


def _trained(study: Study, folder: Path, dataset: Dataset, name: str) -> tuple[Candidate, nn.Module]:
    scenario = study.decision.scenario
    best = best_trial(study.results, scenario, name)
    if best is None:
        raise InputError(f"no trial of {name} at {scenario.design.sizes[-1]} samples ended well in {folder}")
    candidate = next(one for one in scenario.candidates if one.name == name)
    trial = Trial(candidate=candidate, size=best.size, seed=best.seed)
    return candidate, trained_model(job_for(trial, scenario, folder, 1), dataset).eval()


def _write_model(place: Path, candidate: Candidate, module: nn.Module, dataset: Dataset) -> None:
    if not isinstance(module, TextClassifier):
        save_stored(place, candidate, dataset.shape, dataset.classes, module, dataset.name)
        return
    if candidate.prune is not None:
        # it writes a folder that is not there yet
        place.rmdir()
        save_pruned(module.network, place, module.tokenizer)
        return
    with transformers_library():
        module.network.save_pretrained(place)  # type: ignore[operator]
        module.tokenizer.save_pretrained(place)


def _write_facts(
    fresh: Path,
    decision: Decision,
    dataset: Dataset,
    form: AnyForm,
    packed: Sequence[_Packed],
    samples: _Samples,
) -> None:
    few = samples.inputs[:CHECKED]
    checks = {INPUTS: np.ascontiguousarray(few)}
    checks |= {one.model.role: np.ascontiguousarray(one.engine.answer(few).logits) for one in packed}
    answers = answers_in_parts(packed[0].engine, samples.inputs)
    observed = Observed(samples.inputs, samples.labels, answers)
    reference, projection = reference_of(dataset, form, observed)
    write_durably(fresh / DECISION, decision.to_json().encode())
    write_durably(fresh / FORM, form.to_json().encode())
    write_durably(fresh / REFERENCE, reference.to_json().encode())
    write_durably(fresh / CHECKS, to_safetensors(checks))
    view = view_of(decision.scenario.data)
    if view is not None:
        write_durably(fresh / VIEW, view.to_json(indent=2).encode())
    if projection is not None:
        write_durably(fresh / EMBEDDING, to_safetensors(projection))


def answers_in_parts(engine: Engine, inputs: NDArray[np.float32] | NDArray[np.uint8]) -> Answers:
    """Return an engine's answers to many inputs, computed some at a time."""
    return join_answers([engine.answer(inputs[start : start + AT_ONCE]) for start in range(0, len(inputs), AT_ONCE)])


def _manifest(decision: Decision, dataset: Dataset, form: AnyForm, packed: Sequence[_Packed]) -> Manifest:
    counts = torch.bincount(dataset.train_labels, minlength=len(dataset.classes)).double()
    return Manifest(
        name=decision.scenario.name,
        task=decision.scenario.task,
        shape=dataset.shape,
        classes=dataset.classes,
        inputs=form.specs(),
        models=tuple(one.model for one in packed),
        prior=tuple((counts / counts.sum()).tolist()),
        data=decision.scenario.data,
        data_fingerprint=dataset.fingerprint,
        scenario_hash=decision.scenario_hash,
        versions=versions(),
    )


def _marks(fresh: Path) -> dict[str, FileMark]:
    files = sorted(path for path in fresh.rglob("*") if path.is_file())
    return {
        path.relative_to(fresh).as_posix(): FileMark(sha256=digest(path), size=path.stat().st_size) for path in files
    }
