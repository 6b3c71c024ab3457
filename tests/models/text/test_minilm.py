import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from netwright.models.text.minilm import minilm
from netwright.records.errors import CandidateError


def test_the_encoder_is_the_stored_one_and_only_the_head_is_random(with_minilm):
    stored = load_file(with_minilm / "model.safetensors")
    made = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        made.append(minilm((60,), 2).network.state_dict())
    heads = [key for key in made[0] if key.startswith("classifier.")]
    assert {key.removeprefix("bert.") for key in made[0]} - set(heads) == set(stored)
    assert all(torch.equal(state[f"bert.{key}"], value) for state in made for key, value in stored.items())
    assert torch.equal(made[0]["classifier.weight"], made[1]["classifier.weight"])
    assert not torch.equal(made[0]["classifier.weight"], made[2]["classifier.weight"])


@pytest.fixture
def finetuned(tmp_path, tiny_config, tokenizer):
    from transformers import BertForSequenceClassification

    torch.manual_seed(5)
    model = BertForSequenceClassification(tiny_config(num_labels=3))
    model.save_pretrained(tmp_path / "tuned")
    tokenizer.save_pretrained(tmp_path / "tuned")
    return tmp_path / "tuned", model.state_dict()


def test_a_checkpoint_keeps_its_head_for_as_many_classes_and_gets_a_fresh_one_for_others(finetuned):
    folder, state = finetuned
    same, other = (minilm((60,), classes, checkpoint=str(folder)).network for classes in (3, 5))
    assert all(torch.equal(value, state[key]) for key, value in same.state_dict().items())
    assert other.classifier.weight.shape == (5, 16)
    assert torch.equal(other.bert.pooler.dense.weight, state["bert.pooler.dense.weight"])


def test_dropout_reaches_every_part_and_none_makes_training_mode_deterministic(with_minilm):
    rows = torch.tensor([list(b"the good film".ljust(60, b"\0"))], dtype=torch.uint8)
    torch.manual_seed(0)
    calm, wild = minilm((60,), 2, dropout=0.0).train(), minilm((60,), 2, dropout=0.9).train()
    assert torch.equal(calm(rows), calm(rows))
    assert not torch.equal(wild(rows), wild(rows))


def test_a_checkpoint_that_lacks_weights_or_is_none_is_refused(finetuned, tmp_path):
    folder, state = finetuned
    lacking = shutil.copytree(folder, tmp_path / "lacking")
    save_file({key: value for key, value in state.items() if "layer.1" not in key}, lacking / "model.safetensors")
    with pytest.raises(CandidateError, match=r"minilm\.checkpoint: .*lacking has no weights that fit bert\.encoder"):
        minilm((60,), 3, checkpoint=str(lacking))
    with pytest.raises(CandidateError, match=r"minilm\.checkpoint: nowhere is no folder"):
        minilm((60,), 3, checkpoint="nowhere")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(CandidateError, match=r"minilm\.checkpoint: .* has no tokenizer"):
        minilm((60,), 3, checkpoint=str(folder))
    (lacking / "model.safetensors").unlink()
    with pytest.raises(CandidateError, match=r"minilm\.checkpoint: .* has no weights"):
        minilm((60,), 3, checkpoint=str(lacking))
