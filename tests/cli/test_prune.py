"""`netwright prune` as a user meets it: a small model in a folder, and every way to ask wrongly."""

import pytest
import torch
from typer.testing import CliRunner

import netwright.studies.prune_run as prune_run
from netwright.cli.main import commands
from netwright.records.errors import InputError, ModelError
from netwright.records.pruning import Pruning

WORDS = ["film", "was", "good", "fine", "great", "poor", "bad", "dull"]
TEXTS = [f"film was {one} {other}" for one in WORDS[2:] for other in WORDS[2:]]
INTERRUPTED = 130


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("stored") / "critic"
    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(["[PAD]", "[UNK]", *WORDS])}, "[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
    config = BertConfig(vocab_size=len(WORDS) + 2, max_position_embeddings=32, num_labels=2, **sizes)
    BertForSequenceClassification(config).save_pretrained(folder)
    PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(folder)
    return folder


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    return tmp_path / "texts.txt"


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch):
    monkeypatch.setattr(prune_run, "ROUNDS", 2)


def prune(*arguments):
    return CliRunner().invoke(commands, ["prune", *map(str, arguments)])


def test_the_model_is_shown_before_and_after_and_everything_written(stored, texts, tmp_path):
    out, page = tmp_path / "out", tmp_path / "page.html"
    done = prune(stored, "--keep", 0.5, "--texts", texts, "--batch", "2x8", "--out", out, "--report", page)
    assert done.exit_code == 0, done.output
    assert "50% of the neurons removed" in done.stdout
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["Dense", "Pruned", "Change"] in rows
    assert any(row[:1] == ["Parameters"] and len(row) == 6 for row in rows)
    assert {"model", "plan.json", "pruning.json"} <= {path.name for path in out.iterdir()}
    assert any(path.suffix == ".png" for path in out.iterdir())
    assert "critic" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--parameters", "5 k"), "at most 5,000 parameters"),
        (("--bytes", "20 kB"), "at most 20 kB of weights"),
        (("--flops", "0.8"), "at most 80% of the FLOPs"),
        (
            ("--keep", "0.4", "--uniform", "--multiple", "4"),
            "40% of the units of every place, widths in multiples of 4",
        ),
        (("--units", "neurons, heads", "--score", "mask-fisher"), "50% of the units"),
        (("--units", "layers"), "50% of the units"),
    ],
)
def test_json_is_the_record_of_what_was_asked_for(stored, texts, tmp_path, asked, told):
    arguments = ("--no-repair", "--texts", texts, "--batch", "2x8", "--out", tmp_path / "out", "--json")
    given = asked if "--units" in asked else (*asked, "--score", "magnitude")
    done = prune(stored, *given, *arguments)
    assert done.exit_code == 0, done.exception
    record = Pruning.from_json(done.stdout)
    assert record.plan.budget == told
    assert not record.repaired
    assert record.batch == (2, 8)


def test_ctrl_c_leaves_with_its_code_and_says_how_to_go_on(stored, texts, tmp_path, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(prune_run, "rank_units", stop)
    done = prune(stored, "--texts", texts, "--out", tmp_path / "out", "--batch", "2x8")
    assert done.exit_code == INTERRUPTED
    assert "the same command goes on" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--keep", "0"), "above 0 and at most at 1"),
        (("--keep", "1.2"), "above 0 and at most at 1"),
        (("--keep", "0.5", "--latency", "8 ms"), "found --keep and --latency; name one of them"),
        (("--bytes", "4 MB", "--plan", "x"), "found --bytes and --plan"),
        (("--latency", "8"), "--latency: found no unit"),
        (("--latency", "8 MB"), "--latency: found the unit 'MB'"),
        (("--latency", "-8 ms"), "--latency: found '-8 ms'; ask for more than 0"),
        (("--parameters", "many"), "--parameters: found 'many'"),
        (("--uniform", "--flops", "0.5"), "found --uniform with --flops"),
        (("--batch", "4"), "--batch: found '4'; write texts x tokens"),
        (("--batch", "0x8"), "--batch: found '0x8'"),
        (("--batch", "2x99"), "rows of 99 tokens, and the model takes 32"),
        (("--score", "secondorder"), "Did you mean second-order"),
        (("--units", "neuron"), "'neuron'"),
        (("--units", "layers,heads"), "whole layers are planned alone"),
        (("--report", "/nowhere/page.html"), "no folder /nowhere"),
        (("--texts", "/nowhere/texts.txt"), "No such file"),
        (("--plan", "/nowhere/plan.json"), "there is no file"),
        (("--parameters", "10", "--score", "magnitude"), "are left when all that may go is gone"),
    ],
)
def test_bad_input_says_what_to_do(stored, texts, tmp_path, arguments, told):
    given = arguments if "--texts" in arguments else (*arguments, "--texts", texts)
    given = given if "--batch" in arguments else (*given, "--batch", "2x8")
    done = prune(stored, "--out", tmp_path / "out", *given)
    assert isinstance(done.exception, InputError), done.output
    assert told in str(done.exception)


def test_a_model_that_is_not_there_or_pruned_already_is_told(stored, texts, tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))
    done = prune("bert-large", "--out", tmp_path / "out")
    assert "no model 'bert-large'" in str(done.exception)
    arguments = ("--texts", texts, "--batch", "2x8", "--score", "magnitude", "--no-repair")
    assert prune(stored, "--out", tmp_path / "a", "--flops", 0.9, *arguments).exit_code == 0
    done = prune(tmp_path / "a" / "model", "--out", tmp_path / "b", *arguments)
    assert isinstance(done.exception, ModelError)
    assert "pruned already" in str(done.exception)
    done = prune(stored, "--out", tmp_path / "a", *arguments)
    assert "is there already" in str(done.exception)
