"""What every engine promises, and that a package is checked against its own answers."""

import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from netwright.records.errors import PackageError
from netwright.serving.checks import check_engine, read_checks
from netwright.serving.engine import Answers, join_answers
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.engines.embedded import Embedded
from netwright.serving.engines.onnx_engine import OnnxEngine
from netwright.serving.engines.open import open_checked_engine, open_engine
from netwright.serving.engines.torch_engine import TorchEngine, load_module

ENGINES = ("onnx", "torch", "constant")


@pytest.fixture(params=ENGINES)
def engine(request, tiny_package):
    if request.param == "constant":
        return ConstantEngine(tiny_package.manifest.prior)
    if request.param == "onnx":
        return OnnxEngine(tiny_package.folder / "models" / "chosen" / "model.onnx")
    model = load_module(tiny_package.folder, tiny_package.manifest.models[0])
    return TorchEngine(model, read_checks(tiny_package).inputs[:1])


@pytest.fixture
def inputs(tiny_package):
    return read_checks(tiny_package).inputs


def test_one_answer_a_sample_in_order(engine, inputs):
    together = engine.answer(inputs)
    assert together.logits.shape == (16, 10)
    assert together.logits.dtype == np.float32
    alone = join_answers([engine.answer(inputs[i : i + 1]) for i in range(16)])
    assert np.allclose(alone.logits, together.logits, atol=1e-5)
    assert engine.name in ENGINES


def test_read_only_inputs_are_taken(engine, inputs):
    frozen = inputs.copy()
    frozen.flags.writeable = False
    assert engine.answer(frozen).logits.shape == (16, 10)


def test_both_engines_say_the_same_and_embed_the_same(tiny_package, inputs):
    own = TorchEngine(load_module(tiny_package.folder, tiny_package.manifest.models[1]), inputs[:1]).answer(inputs)
    exported = OnnxEngine(tiny_package.folder / "models" / "fallback" / "model.onnx").answer(inputs)
    assert np.allclose(own.logits, exported.logits, atol=1e-4)
    assert own.embedding.shape == (16, 16)
    assert np.allclose(own.embedding, exported.embedding, atol=1e-4)


def test_the_constant_is_the_prior():
    logits = ConstantEngine((0.2, 0.5, 0.3, 0.0)).answer(np.zeros((2, 5), np.float32)).logits
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(shares, [[0.2, 0.5, 0.3, 0.0]] * 2, atol=1e-6)


@pytest.mark.parametrize("role", ["chosen", "fallback"])
def test_a_package_answers_as_when_it_was_made(tiny_package, role):
    assert check_engine(open_checked_engine(tiny_package.folder, role), tiny_package, role) < 1e-4


def test_an_engine_that_answers_otherwise_is_refused(tiny_package):
    class Other:
        name = "other"

        def answer(self, inputs):
            return Answers(np.full((len(inputs), 10), np.nan, np.float32))

    with pytest.raises(PackageError, match="answers otherwise here"):
        check_engine(Other(), tiny_package, "chosen")


def test_a_model_that_is_not_there_is_named(tiny_package):
    alone = replace(tiny_package, manifest=tiny_package.manifest.model_copy(
        update={"models": tiny_package.manifest.models[:1]}))  # fmt: skip
    with pytest.raises(PackageError, match="no model 'fallback'; it has chosen"):
        open_engine(alone, "fallback")


def test_a_damaged_export_is_refused(tiny_package, tmp_path):
    shutil.copy(tiny_package.folder / "models" / "chosen" / "model.onnx", tmp_path)
    path = tmp_path / "model.onnx"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(PackageError, match="cannot read"):
        OnnxEngine(path)


def test_an_embedding_is_what_the_head_reads():
    body, head = nn.Sequential(nn.Linear(3, 4), nn.Tanh()), nn.Linear(4, 2)
    inputs = torch.randn(5, 3)
    logits, embedding = Embedded(nn.Sequential(body, head).eval(), inputs)(inputs)
    assert torch.equal(embedding, body(inputs))
    assert torch.equal(logits, head(embedding))


def test_a_model_without_a_linear_head_has_no_embedding():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    inputs = torch.randn(4, 1, 8, 8)
    assert torch.equal(Embedded(model, inputs)(inputs), model(inputs))


def test_serving_by_onnx_runtime_never_imports_torch(tiny_package):
    code = (
        "import sys; from pathlib import Path; from netwright.serving.engines.open import open_checked_engine\n"
        f"open_checked_engine(Path({str(tiny_package.folder)!r}), 'chosen')\n"
        "assert 'onnxruntime' in sys.modules; assert 'torch' not in sys.modules; print('lean')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "lean\n"
