"""`netwright evaluate` as a user meets it."""

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from netwright.cli.main import commands
from netwright.models.build import build
from netwright.models.stored import save_stored
from netwright.records.candidate import Candidate
from netwright.records.errors import InputError
from netwright.records.evaluation import Evaluation


def evaluate(*arguments):
    return CliRunner().invoke(commands, ["evaluate", *map(str, arguments)])


@pytest.fixture
def model(tmp_path):
    torch.manual_seed(0)
    candidate = Candidate(name="small", model="mlp", options={"hidden": [8]})
    save_stored(tmp_path / "m", candidate, (1, 8, 8), "0123456789", build(candidate, (1, 8, 8), 10), "digits")
    return tmp_path / "m"


def test_figures_on_the_terminal_and_a_page_in_a_file(model, tmp_path):
    result = evaluate(model, "digits", "--report", tmp_path / "page.html", "--pictures", tmp_path / "pictures")
    assert result.exit_code == 0, result.output
    for text in ("of 500 images are right", "top-5", "top-1 / M parameters", "most confused", "page.html"):
        assert text in result.stdout
    assert "What is taken for what" in Path(tmp_path, "page.html").read_text()
    assert (tmp_path / "pictures" / "confusion.svg").is_file()


def test_the_record_as_json_and_nothing_else(model):
    result = evaluate(model, "--json")
    record = Evaluation.from_json(result.stdout)
    assert (record.data, record.whole.top1.n, len(json.loads(result.stdout)["classes"])) == ("digits", 500, 10)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("nothing",), "there is no data source 'nothing'"),
        (("--candidate", "a"), "is no study, but candidate 'a' was named"),
        (("--report", "/no/such/folder/page.html"), "there is no folder /no/such/folder"),
    ],
)
def test_bad_input_is_an_error_of_ours(model, more, told):
    result = evaluate(model, *more)
    assert isinstance(result.exception, InputError)
    assert told in str(result.exception)
