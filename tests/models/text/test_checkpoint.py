import json
import shutil
import socket

import pytest
import torch

from netwright.models.text.batches import text_batches
from netwright.models.text.checkpoint import check_folder, read_checkpoint
from netwright.records.errors import ModelError

TEXTS = ["the film was good", "dull"]


@pytest.fixture(scope="session")
def saved(tmp_path_factory, tokenizer, tiny_config):
    """A fine-tuned classifier and its answers."""
    from transformers import BertForSequenceClassification

    folder = tmp_path_factory.mktemp("saved")
    torch.manual_seed(1)
    model = BertForSequenceClassification(tiny_config(num_labels=3)).eval()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (batch,) = text_batches(TEXTS, tokenizer)
    return folder, model(**batch).logits.detach()


@pytest.fixture
def folder(saved, tmp_path):
    shutil.copytree(saved[0], tmp_path / "model")
    return tmp_path / "model"


def change(folder, **entries):
    path = folder / "config.json"
    told = json.loads(path.read_text()) | entries
    path.write_text(json.dumps({name: value for name, value in told.items() if value is not None}))


def test_a_model_comes_back_with_its_class_its_answers_and_its_tokenizer(saved, monkeypatch, capfd):
    def forbidden(*_):
        raise AssertionError("a network was asked")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    capfd.readouterr()
    model, tokenizer = read_checkpoint(str(saved[0]))
    assert type(model).__name__ == "BertForSequenceClassification"
    assert not model.training
    (batch,) = text_batches(TEXTS, tokenizer)
    with torch.inference_mode():
        assert torch.equal(model(**batch).logits, saved[1])
    assert capfd.readouterr() == ("", "")


def test_a_decoder_and_its_tokenizer_without_padding(tmp_path, tokenizer):
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(n_embd=8, n_layer=1, n_head=2, n_positions=16, vocab_size=len(tokenizer))
    GPT2LMHeadModel(config).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    model, _ = read_checkpoint(tmp_path)
    assert type(model).__name__ == "GPT2LMHeadModel"


def test_what_is_missing_is_named(folder, tmp_path):
    with pytest.raises(ModelError, match=r"nowhere is no folder"):
        read_checkpoint(tmp_path / "nowhere")
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    with pytest.raises(ModelError, match=r"has no tokenizer \(looked for .*tokenizer\.save_pretrained"):
        read_checkpoint(folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"model has no weights; save the model"):
        read_checkpoint(folder)
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"model has no config\.json"):
        read_checkpoint(folder)


def test_a_pickle_is_never_read(folder):
    class Harmful:
        def __reduce__(self):
            return (open, (str(folder / "harm"), "w"))

    (folder / "model.safetensors").unlink()
    torch.save({"weight": Harmful()}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match=r"only pytorch_model\.bin, which is a pickle and is never read"):
        read_checkpoint(folder)
    assert not (folder / "harm").exists()


def test_code_of_the_folder_is_never_run(folder):
    (folder / "own.py").write_text(f"open({str(folder / 'harm')!r}, 'w')\n")
    change(folder, auto_map={"AutoModelForSequenceClassification": "own.Model"})
    with pytest.raises(ModelError, match=r"code of its own \(auto_map\), which is never run"):
        read_checkpoint(folder)
    assert not (folder / "harm").exists()


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"architectures": None}, r"config\.json names no architectures"),
        ({"architectures": ["BertForNothing"]}, r"'BertForNothing', which transformers .* does not have"),
        ({"architectures": ["logging"]}, r"'logging', which transformers .* does not have"),
        ({"architectures": ["BertForQuestionAnswering"]}, r"lacks weights of BertForQuestionAnswering, such as qa_out"),
        ({"hidden_size": 24}, r"cannot be read as BertForSequenceClassification: "),
        ({"num_hidden_layers": 3}, r"lacks weights of .*encoder\.layer\.2"),
    ],
)
def test_a_configuration_that_does_not_fit_the_weights(folder, entries, message):
    change(folder, **entries)
    with pytest.raises(ModelError, match=message):
        read_checkpoint(folder)


@pytest.mark.parametrize(("content", "message"), [("{", "cannot be read"), ("[1]", "holds list, not a configuration")])
def test_a_damaged_configuration(folder, content, message):
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelError, match=message):
        check_folder(folder)


def test_a_damaged_tokenizer(folder):
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match=r"the tokenizer in .* cannot be read"):
        read_checkpoint(folder)


def test_damaged_weights(folder):
    (folder / "model.safetensors").write_bytes(b"\x08")
    with pytest.raises(ModelError, match="cannot be read as BertForSequenceClassification"):
        read_checkpoint(folder)


def test_a_model_of_blocks_of_different_sizes_is_read_by_its_own_room(folder, monkeypatch):
    from netwright.models.text import uneven

    monkeypatch.setattr(uneven, "read_uneven", lambda found: torch.nn.Linear(1, 1) if found == folder else None)
    change(folder, model_type="netwright_bert", auto_map={"AutoModel": "modeling_netwright.NetwrightBertModel"})
    model, tokenizer = read_checkpoint(folder)
    assert isinstance(model, torch.nn.Linear)
    assert tokenizer("good")["input_ids"] == [2, 10, 3]
