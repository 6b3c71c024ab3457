"""What runs a model: ONNX Runtime where its export is equal and faster, else torch."""

import gc
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from netwright.machine.hardware import conditions
from netwright.models.text.classifier import TextClassifier
from netwright.qualities.backend import BackendError, attempt, quiet
from netwright.records.package import EngineChoice
from netwright.serving.engine import Answers, Engine
from netwright.serving.engines.embedded import Embedded
from netwright.serving.engines.onnx_engine import EMBEDDING as EMBEDDING_OUTPUT
from netwright.serving.engines.onnx_engine import FILE, LOGITS, OnnxEngine
from netwright.serving.engines.text_onnx_engine import TextOnnxEngine
from netwright.serving.engines.torch_engine import TorchEngine
from netwright.studies.ship.text_export import export_texts

Inputs = NDArray[np.float32] | NDArray[np.uint8]
LOGGERS = ("torch.onnx", "torch.export", "torch.fx", "onnxscript", "onnx_ir", "transformers")
COMPARED = 256
"""Real samples on which an export must say the same."""
EQUAL = 1e-4
"""How far a logit may be off, relative to the largest one."""
ROUNDS, SECONDS, MOST_CALLS = 7, 0.1, 200
"""Rounds in which both engines are timed in turn, for so long, or so many calls, each."""
FASTER = 0.95
"""ONNX Runtime must take this share of torch's time at most: less is not worth another copy of the model."""


def choose_engine(model: nn.Module, samples: Inputs, folder: Path) -> tuple[EngineChoice, Engine]:
    """Return what runs a model, and why; the export is left in the folder where it is used.

    The export must give the logits of torch on real samples, up to 1e-4 of the largest, and the same class of each
    sample; and the median of its times for one sample must be below 0.95 of torch's.

    Args:
        model: In evaluation mode.
        samples: Real inputs (N, *shape).
        folder: Where the export goes.

    Returns:
        The choice, and the engine.
    """
    own = TorchEngine(model, samples[:1])
    told = conditions(threads=1)
    try:
        exported = attempt(lambda: _exported(model, torch.from_numpy(samples[:2].copy()), folder))
        difference, agree = _compare(own, exported, samples[:COMPARED])
    except BackendError as error:
        _forget(folder)
        alone = _timed({"torch": own}, samples)
        reason = f"it cannot be exported: {error}"
        return EngineChoice(engine="torch", reason=reason, seconds=alone, conditions=told), own
    seconds = _timed({"torch": own, "onnx": exported}, samples)
    found = {"difference": difference, "samples": min(len(samples), COMPARED), "seconds": seconds, "conditions": told}
    reason, better = _reason(difference, agree, seconds, min(len(samples), COMPARED))
    if better:
        return EngineChoice(engine="onnx", reason=reason, **found), exported
    _forget(folder)
    return EngineChoice(engine="torch", reason=reason, **found), own


def _reason(difference: float, agree: bool, seconds: dict[str, float], samples: int) -> tuple[str, bool]:
    onnx, own = (f"{1e3 * seconds[name]:.3g} ms" for name in ("onnx", "torch"))
    if not agree:
        return f"the export differs by {difference:.2g} on {samples} real samples, so torch runs it", False
    if seconds["onnx"] > FASTER * seconds["torch"]:
        return f"the export is equal on {samples} real samples, but not faster: {onnx}, torch {own} for one", False
    same = f"the export is equal on {samples} real samples (to {difference:.2g})"
    return f"{same} and faster: {onnx} instead of {own} for one", True


def _exported(model: nn.Module, example: Tensor, folder: Path) -> Engine:
    with quiet(*LOGGERS), torch.inference_mode(False), torch.no_grad():
        if isinstance(model, TextClassifier):
            export_texts(model, example, folder / FILE)
            return TextOnnxEngine(folder, model.max_length)
        _export(model, example, folder / FILE)
    return OnnxEngine(folder / FILE)


def _export(model: nn.Module, example: Tensor, path: Path) -> None:
    embedded = Embedded(model, example)
    outputs = [LOGITS] + [EMBEDDING_OUTPUT] * isinstance(embedded(example), tuple)
    program = torch.onnx.export(
        embedded,
        (example.clone(),),
        dynamo=True,
        verbose=False,
        input_names=["inputs"],
        output_names=outputs,
        dynamic_shapes=({0: torch.export.Dim("samples", min=1)},),
    )
    assert program is not None  # it is None for the older exporter only
    program.save(path)


def _compare(own: Engine, exported: Engine, samples: Inputs) -> tuple[float, bool]:
    """Return the largest difference of a logit, one sample at a time and all at once, and whether that is equal."""
    together = attempt(lambda: exported.answer(samples))
    alone = attempt(lambda: exported.answer(samples[:1]))
    wanted = own.answer(samples)
    difference = max(_difference(together, wanted), _difference(alone, own.answer(samples[:1])))
    most = EQUAL * max(1.0, float(np.abs(wanted.logits).max()))
    same = bool((together.logits.argmax(1) == wanted.logits.argmax(1)).all())
    return difference, same and difference <= most


def _difference(one: Answers, other: Answers) -> float:
    return float(np.abs(one.logits - other.logits).max())


def _timed(engines: dict[str, Engine], samples: Inputs) -> dict[str, float]:
    """Return the seconds that each engine takes for one sample, measured in turn."""
    taken: dict[str, list[float]] = {name: [] for name in engines}
    collecting = gc.isenabled()
    gc.disable()
    try:
        for number in range(ROUNDS + 1):
            for name, engine in engines.items():
                seconds = _round(engine, samples)
                # the first round warms up
                if number:
                    taken[name].append(seconds)
    finally:
        if collecting:
            gc.enable()
    return {name: median(found) for name, found in taken.items()}


def _round(engine: Engine, samples: Inputs) -> float:
    taken: list[float] = []
    while sum(taken) < SECONDS and len(taken) < MOST_CALLS:
        one = samples[len(taken) % len(samples)][None]
        began = time.perf_counter()
        engine.answer(one)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _forget(folder: Path) -> None:
    # weights beyond 2 GB lie in a second file
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
