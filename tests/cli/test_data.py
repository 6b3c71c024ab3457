import json

import pytest
from typer.testing import CliRunner

from netwright.cli.data import app
from netwright.data import fashion_mnist
from netwright.data.catalog import FILES, SOURCES
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
    assert [entry["name"] for entry in shown] == [entry.name for entry in (*SOURCES, *FILES)]
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


def test_motions_are_written_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "ORIGINS", ())
    command = ["motions", str(tmp_path / "m"), "--size", "16", "--videos", "3", "--frames", "2"]
    first, second = (CliRunner().invoke(app, command) for _ in range(2))
    told = "classInd.txt and lists of three splits"
    assert first.stdout == f"{tmp_path}/m: 48 videos written, 0 kept; {told}\n"
    assert second.stdout == f"{tmp_path}/m: 0 videos written, 48 kept; {told}\n"
    assert "handwritten digits act" in first.stderr
