import json
import os
import shutil

import pytest
import torch

from netwright.models.text.uneven import is_uneven, read_uneven, uneven_class, uneven_config
from netwright.records.errors import ModelError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A GPT-2 with blocks of 5 and 9 neurons, 1 and 2 heads."""
    from transformers import GPT2Config, GPT2Model
    from transformers.utils import logging

    torch.manual_seed(0)
    plain = GPT2Model(GPT2Config(n_embd=8, n_layer=2, n_head=2, n_inner=12, n_positions=10, vocab_size=20))
    model = uneven_class(plain)(uneven_config(plain, [5, 9], [1, 2]))
    place = tmp_path_factory.mktemp("uneven") / "model"
    logging.disable_progress_bar()
    model.save_pretrained(place)
    logging.enable_progress_bar()
    return place


@pytest.fixture
def copy(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "copy")


def restate(copy, **changes):
    path = copy / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_blocks_get_the_sizes_that_the_config_states(folder):
    model = read_uneven(folder)
    assert [tuple(block.mlp.c_fc.weight.shape) for block in model.h] == [(8, 5), (8, 9)]
    assert [tuple(block.mlp.c_proj.weight.shape) for block in model.h] == [(5, 8), (9, 8)]
    assert [tuple(block.attn.c_attn.weight.shape) for block in model.h] == [(8, 12), (8, 24)]
    assert [(block.attn.num_heads, block.attn.split_size) for block in model.h] == [(1, 4), (2, 8)]
    assert not model.training
    assert is_uneven(folder)


def test_a_model_built_from_a_config_alone_is_random_and_can_be_trained():
    from transformers import BertConfig, BertForSequenceClassification

    plain = BertForSequenceClassification(
        BertConfig(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12, vocab_size=20)
    )
    model = uneven_class(plain)(uneven_config(plain, [4, 7], [2, 1]))
    model(input_ids=torch.tensor([[2, 3, 4]]), labels=torch.tensor([1])).loss.backward()
    maps = [block.intermediate.dense for block in model.bert.encoder.layer]
    assert all(0 < float(one.weight.detach().std()) < 0.05 and one.weight.grad.abs().sum() > 0 for one in maps)


def test_the_code_in_the_folder_is_not_run(copy):
    (copy / "modeling_netwright.py").write_text("raise SystemExit('run')")
    assert type(read_uneven(copy)).__module__ == "netwright.models.text.modeling_netwright"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95])
def test_a_truncated_file_of_weights_is_named(copy, share):
    path = copy / "model.safetensors"
    os.truncate(path, int(path.stat().st_size * share))
    with pytest.raises(ModelError, match=r"model\.safetensors cannot be read: .*; copy the folder once more"):
        read_uneven(copy)


def test_a_missing_file_is_named(copy, tmp_path):
    (copy / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors"):
        read_uneven(copy)
    with pytest.raises(ModelError, match=r"nowhere/config\.json cannot be read"):
        read_uneven(tmp_path / "nowhere")
    (copy / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"config\.json cannot be read"):
        read_uneven(copy)
    assert not is_uneven(tmp_path)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ffn_sizes": [5, 8]}, "do not fit each other"),
        ({"ffn_sizes": [5, 13]}, "do not fit each other: .* 13"),
        ({"ffn_sizes": [5]}, "ffn_sizes in config.json has 1 entries, but the model has 2 blocks"),
        ({"ffn_sizes": [0, 9]}, "do not fit each other"),
        ({"head_counts": [2, 2]}, "do not fit each other"),
        ({"ffn_sizes": "many"}, "do not fit each other"),
        ({"n_layer": 1, "ffn_sizes": [5], "head_counts": [1]}, "unexpected h.1"),
        ({"n_layer": 3, "ffn_sizes": [5, 9, 2], "head_counts": [1, 2, 2]}, "missing h.2"),
    ],
)
def test_a_config_that_does_not_fit_the_weights_is_refused(copy, changes, told):
    restate(copy, **changes)
    with pytest.raises(ModelError, match=told):
        read_uneven(copy)


def test_a_plain_model_is_sent_to_transformers(copy):
    restate(copy, architectures=["GPT2Model"], model_type="gpt2")
    with pytest.raises(ModelError, match=r"describes GPT2Model \(model type gpt2\).*AutoModel"):
        read_uneven(copy)
    assert not is_uneven(copy)
