import os
import subprocess
import sys

import numpy as np
import pytest
import torch

from netwright.pruning.apply import apply_plan
from netwright.pruning.export import export_onnx, export_program
from netwright.records.errors import ModelError, StorageError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer

SHAPES = ((4, 9), (1, 5), (7, 21))
"""The first is that of the export."""

ONNX_ALONE = """
import sys
for name in ("netwright", "torch", "transformers"):
    sys.modules[name] = None
from pathlib import Path
import numpy, onnxruntime
for path in sorted(Path(sys.argv[1]).glob("*.onnx")):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [value.name for value in session.get_inputs()] == ["input_ids", "attention_mask"]
    assert all(value.shape == ["batch", "length"] for value in session.get_inputs())
    for batch in sorted(path.parent.glob("batch*.npz")):
        inputs = dict(numpy.load(batch))
        numpy.save(path.parent / f"{path.stem}-{batch.stem}.npy", session.run(["logits"], inputs)[0])
"""

TORCH_ALONE = """
import sys
for name in ("netwright", "transformers"):
    sys.modules[name] = None
from pathlib import Path
import numpy, torch
for path in sorted(Path(sys.argv[1]).glob("*.pt2")):
    model = torch.export.load(path).module()
    for batch in sorted(path.parent.glob("batch*.npz")):
        inputs = {name: torch.from_numpy(values) for name, values in numpy.load(batch).items()}
        numpy.save(path.parent / f"{path.stem}-{batch.stem}.npy", model(**inputs).detach().numpy())
"""


def prune(model):
    """Remove neurons of every block, all of the last, and a head of each."""
    found = read_transformer(model)
    left = [*((site, (11, 0)[site.layer]) for site in found.neurons), *((site, site.count - 1) for site in found.heads)]
    sites = tuple(
        SitePlan(
            place=site.block,
            layer=site.layer,
            unit=site.unit,
            count=site.count,
            kept=tuple(range(site.count))[site.count - count :] if count else (),
        )
        for site, count in left
    )
    return apply_plan(model, Plan(model=type(model).__name__, fingerprint="", score="", budget="", sites=sites))


def run_alone(program, folder):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-I", "-c", program, str(folder)]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def check(folder, models, batches):
    for family, model in models.items():
        for index, batch in enumerate(batches):
            with torch.no_grad():
                expected = model(**batch).logits
            found = torch.from_numpy(np.load(folder / f"{family}-batch{index}.npy"))
            assert (found - expected).abs().max() <= 1e-5, family


@pytest.fixture
def shaped(make_texts, tmp_path):
    """Batches of several shapes, kept beside the models as well."""
    batches = [make_texts(1, size, length)[0] for size, length in SHAPES]
    batches.append({name: values[:, :1] for name, values in batches[0].items()})
    for index, batch in enumerate(batches):
        np.savez(tmp_path / f"batch{index}.npz", **{name: values.numpy() for name, values in batch.items()})
    return batches


@pytest.mark.parametrize(
    "families",
    [("bert", "gpt2"), pytest.param(("distilbert", "roberta", "llama"), marks=pytest.mark.slow)],
    ids=" ".join,
)
def test_onnx_runtime_alone_gives_the_answers_of_the_pruned_model(make_model, shaped, tmp_path, capfd, families):
    models = {family: prune(make_model(family)) for family in families}
    for family, model in models.items():
        assert export_onnx(model, shaped[0], tmp_path / f"{family}.onnx") == tmp_path / f"{family}.onnx"
    told = capfd.readouterr()
    assert told.out + told.err == ""
    run_alone(ONNX_ALONE, tmp_path)
    check(tmp_path, models, shaped)


@pytest.mark.parametrize(
    "families",
    [("bert", "gpt2"), pytest.param(("distilbert", "roberta", "llama"), marks=pytest.mark.slow)],
    ids=" ".join,
)
def test_torch_alone_gives_the_answers_of_the_pruned_model(make_model, shaped, tmp_path, families):
    models = {family: prune(make_model(family)) for family in families}
    for family, model in models.items():
        # one text only: its size must not become a constant
        one = {name: values[:1] for name, values in shaped[0].items()}
        export_program(model, one, tmp_path / f"{family}.pt2")
    run_alone(TORCH_ALONE, tmp_path)
    check(tmp_path, models, shaped)


def test_the_model_and_its_modes_stay(make_model, shaped, tmp_path):
    model = make_model("gpt2").train()
    model.transformer.h[0].eval()
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    export_program(model, shaped[0], tmp_path / "model.pt2")
    modes = [part.training for part in (model, model.transformer.h[0].mlp, model.transformer.h[1].mlp)]
    assert modes == [True, False, True]
    assert model.config.use_cache
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    with torch.no_grad():
        expected = model.eval()(**shaped[0]).logits
    found = torch.export.load(tmp_path / "model.pt2").module()(**shaped[0])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)  # without dropout


def test_a_model_without_a_head_gives_its_last_hidden_state(make_model, shaped, tmp_path):
    model = make_model("bert").bert
    batch = {**shaped[0], "token_type_ids": torch.ones_like(shaped[0]["input_ids"])}
    export_program(model, batch, tmp_path / "model.pt2")
    with torch.no_grad():
        expected = model(**batch).last_hidden_state
    torch.testing.assert_close(torch.export.load(tmp_path / "model.pt2").module()(**batch), expected)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda batch: {**batch, "labels": torch.zeros(4).long()}, "has input_ids, attention_mask, labels; an export"),
        (lambda batch: {"attention_mask": batch["attention_mask"]}, "input_ids is needed"),
        (lambda batch: {"input_ids": batch["input_ids"][0]}, r"has input_ids \(9,\); give tensors"),
        (lambda batch: {name: values[:, :1] for name, values in batch.items()}, "two tokens or more"),
        (lambda batch: {**batch, "attention_mask": torch.ones(4, 3)}, r"attention_mask \(4, 3\)"),
        (lambda batch: {"input_ids": batch["input_ids"] + 1000}, "BertForSequenceClassification cannot be exported"),
    ],
)
def test_an_example_that_is_no_batch_is_refused(bert, shaped, tmp_path, change, told):
    with pytest.raises(ModelError, match=told):
        export_program(bert, change(shaped[0]), tmp_path / "model.pt2")
    assert not (tmp_path / "model.pt2").exists()


def test_a_path_that_cannot_be_written_is_named(bert, shaped, tmp_path):
    with pytest.raises(ModelError, match=r"does not end in \.pt2"):
        export_program(bert, shaped[0], tmp_path / "model.bin")
    with pytest.raises(StorageError, match=r"nowhere/model\.pt2: No such file"):
        export_program(bert, shaped[0], tmp_path / "nowhere" / "model.pt2")
