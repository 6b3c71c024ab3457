"""`netwright anatomy` as a user meets it: a tiny model in a folder, and every way to ask wrongly."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.records.anatomy import Anatomy
from netwright.records.errors import InputError

NETWRIGHT = Path(sys.executable).with_name("netwright")
BAD_INPUT = 2


def anatomy(*arguments):
    return CliRunner().invoke(commands, ["anatomy", *map(str, arguments)])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A folder with a random BERT classifier of 2 layers and a tokenizer of words."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    known = {"[PAD]": 0, "[UNK]": 1, "the": 2, "film": 3, "good": 4}
    words = Tokenizer(models.WordLevel(known, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]")
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=5,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=24,
        max_position_embeddings=32,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_a_model_is_shown_and_its_page_pictures_and_graph_written(model, tmp_path):
    page, pictures, graph = tmp_path / "a.html", tmp_path / "pictures", tmp_path / "g.graphml"
    done = anatomy(model, "--report", page, "--pictures", pictures, "--graph", graph, "--deviations", 1)
    assert done.exit_code == 0, done.output
    assert "moves most towards the decision" in done.stdout
    assert "1 standard deviation" in done.stdout
    assert f"written: {graph}" in done.stdout
    assert "sarcasm or irony" in page.read_text(encoding="utf-8")
    assert (pictures / "figure-2.svg").is_file()


def test_json_is_the_record_of_the_texts_of_a_file(model, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_text("the film\n\ngood good good\r\nthe good film\n", encoding="utf-8-sig")
    record = Anatomy.from_json(anatomy(model, "--texts", texts, "--threshold", 0.2, "--json").stdout)
    assert [probe.text for probe in record.layers.probes] == ["the film", "good good good", "the good film"]
    assert record.graph.threshold == record.neurons.threshold == "0.2"
    assert record.findings


def refused(*arguments):
    done = anatomy(*arguments)
    assert isinstance(done.exception, InputError), done.output
    return str(done.exception)


def test_bad_input_says_what_was_found(model, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_bytes(b"good\nthe \xff film\n")
    assert "texts.txt, line 2: found a byte that is not UTF-8" in refused(model, "--texts", texts)
    texts.write_text(" \n\n")
    assert "holds no text" in refused(model, "--texts", texts)
    texts.write_text("good\n" + "film " * 40)
    assert "text 2 of 2" in refused(model, "--texts", texts)
    assert anatomy(model, "--texts", texts, "--max-length", 8, "--json").exit_code == 0
    assert "could not be read" in refused(model, "--texts", tmp_path)
    assert "there is no model 'nowhere'" in refused("nowhere")
    assert "config.json" in refused(tmp_path)
    assert "give one of them" in refused(model, "--threshold", 0.3, "--deviations", 2)
    assert "not the size of a cosine" in refused(model, "--threshold", 3)
    assert "no folder /nowhere" in refused(model, "--report", "/nowhere/page.html")
    assert ".graphml or .json" in refused(model, "--graph", tmp_path / "graph.txt")


def test_a_model_without_a_known_feed_forward_network_is_refused(model, tmp_path):
    from transformers import T5Config, T5EncoderModel

    small = T5Config(vocab_size=5, d_model=8, d_kv=4, d_ff=8, num_layers=1, num_heads=2)
    T5EncoderModel(small).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((model / name).read_bytes())
    assert "has no list of blocks" in refused(tmp_path)


def test_bad_input_leaves_with_its_code_and_no_traceback():
    done = subprocess.run([NETWRIGHT, "anatomy", "nowhere"], capture_output=True, text=True, check=False)
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("netwright: ")
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
