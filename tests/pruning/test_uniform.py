import json
import os
import subprocess
import sys

import pytest
import torch

from netwright.models.text.uneven import read_uneven
from netwright.pruning.apply import apply_plan
from netwright.pruning.save import save_pruned
from netwright.pruning.uniform import save_uniform
from netwright.records.errors import ModelError
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.transformer.read import read_transformer

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "llama")
# the numbers are the same; where they lie in memory differs, and with it the last bit of sums
CLOSE = {"rtol": 1e-5, "atol": 1e-6}

FRESH = """
import sys, warnings
sys.modules["netwright"] = None
warnings.simplefilter("error")
import torch
from pathlib import Path
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification
for folder in sorted(Path(sys.argv[1]).iterdir()):
    model = AutoModelForSequenceClassification.from_pretrained(folder, local_files_only=True)
    assert type(model).__module__.startswith("transformers.models.")
    with torch.no_grad():
        logits = model(**load_file(folder.parents[1] / "batch.safetensors")).logits
    save_file({"logits": logits}, folder.parents[1] / f"{folder.name}.safetensors")
"""


def prune(model, unit, left):
    """Keep the last units of each block, `left[layer]` of them."""
    found = read_transformer(model)
    sites = tuple(
        SitePlan(
            place=site.block,
            layer=site.layer,
            unit=unit,
            count=site.count,
            kept=tuple(range(site.count))[site.count - left[site.layer] :],
        )
        for site in (found.neurons if unit == "neurons" else found.heads)
    )
    return apply_plan(model, Plan(model=type(model).__name__, fingerprint="", score="", budget="", sites=sites))


def logits(model, batch):
    with torch.no_grad():
        return model(**batch).logits


def test_a_process_without_netwright_needs_no_code_of_ours(make_model, batches, tmp_path):
    from safetensors.torch import load_file, save_file
    from transformers import AutoModelForSequenceClassification

    models = {family: prune(make_model(family), "neurons", (10, 10)) for family in FAMILIES}
    save_file(batches[0], tmp_path / "batch.safetensors")
    for family, model in models.items():
        save_uniform(model, tmp_path / "models" / family)
        stated = json.loads((tmp_path / "models" / family / "config.json").read_text())
        assert stated["model_type"] == family
        assert not {"auto_map", "ffn_sizes", "head_counts"} & set(stated)
        assert not list((tmp_path / "models" / family).glob("*.py"))
    environment = {**os.environ, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-I", "-c", FRESH, str(tmp_path / "models")]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for family, model in models.items():
        found = load_file(tmp_path / f"{family}.safetensors")["logits"]
        torch.testing.assert_close(found, logits(model, batches[0]), **CLOSE)
        read = AutoModelForSequenceClassification.from_pretrained(tmp_path / "models" / family, local_files_only=True)
        for name, weight in model.state_dict().items():
            assert torch.equal(read.state_dict()[name], weight), name


def test_what_was_stored_with_its_own_sizes_can_be_stored_plainly(make_model, batches, tmp_path):
    from transformers import AutoModelForSequenceClassification

    model = prune(make_model("llama"), "neurons", (8, 8))
    save_pruned(model, tmp_path / "uneven")
    save_uniform(read_uneven(tmp_path / "uneven"), tmp_path / "plain")
    read = AutoModelForSequenceClassification.from_pretrained(tmp_path / "plain", local_files_only=True)
    torch.testing.assert_close(logits(read, batches[0]), logits(model, batches[0]), **CLOSE)
    assert type(read).__name__ == "LlamaForSequenceClassification"


def test_blocks_of_different_widths_are_refused(classifier, tmp_path):
    with pytest.raises(ModelError, match=r"have 10, 7 neurons.*Uniform \(--uniform\)"):
        save_uniform(prune(classifier, "neurons", (10, 7)), tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_missing_heads_are_refused(make_model, tmp_path):
    for family, told in (("bert", "3, 3 of 4 heads"), ("llama", "1, 1 of 2 heads")):
        model = prune(make_model(family), "heads", (3, 3) if family == "bert" else (1, 1))
        with pytest.raises(ModelError, match=told):
            save_uniform(model, tmp_path / "model")
