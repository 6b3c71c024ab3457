import json

import pytest
from typer.testing import CliRunner

from netwright.cli.data import app
from netwright.data.catalog import CHECKPOINTS, SOURCES
from netwright.records.errors import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path))


def test_the_list_names_every_source():
    shown = CliRunner().invoke(app, ["list"])
    assert shown.exit_code == 0
    assert all(
        word in shown.stdout
        for word in ("fashion-mnist", "digits", "60,000", "MIT", "folder:PATH", "texts:PATH", "minilm")
    )


def test_the_list_as_json():
    shown = json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)
    assert [entry["name"] for entry in shown] == [entry.name for entry in (*SOURCES, *CHECKPOINTS)]
    assert shown[0]["shape"] == [1, 28, 28]


def test_fetching_what_is_installed():
    shown = CliRunner().invoke(app, ["fetch", "digits"])
    assert shown.stdout == "digits: nothing to fetch, from inside scikit-learn; licence CC BY 4.0\n"
    as_json = json.loads(CliRunner().invoke(app, ["fetch", "digits", "--json"]).stdout)
    assert as_json == {
        "name": "digits", "folder": None, "files": {}, "origin": "inside scikit-learn", "licence": "CC BY 4.0",
    }  # fmt: skip


def test_an_unknown_name_is_an_error_of_ours():
    done = CliRunner().invoke(app, ["fetch", "digit"])
    assert isinstance(done.exception, DataError)
    assert "Did you mean digits" in str(done.exception)
