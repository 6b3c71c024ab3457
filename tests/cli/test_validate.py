"""`netwright data validate` as a user meets it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from netwright.cli.validate import validate as command
from netwright.records.errors import DataError, InputError
from netwright.records.validation import Validation

APP = typer.Typer()
APP.command()(command)


def validate(*arguments):
    return CliRunner().invoke(APP, [*map(str, arguments)])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))


def table(folder, shift=0, rows=200):
    path = folder / "rows.csv"
    lines = [f"{20 + shift + i * 7 % 40},{'ab'[i % 2]},{'no' if i % 2 else 'yes'}" for i in range(rows)]
    path.write_text("\n".join(["age,kind,label", *lines]) + "\n")
    return f"table:{path}?label=label"


def test_sound_data_end_with_0_and_a_page(tmp_path):
    address = table(tmp_path, rows=40)
    result = validate(address, "--report", tmp_path / "page.html", "--learn", tmp_path / "expected.toml")
    assert result.exit_code == 0, result.output
    assert "written:" in result.stdout
    page = (tmp_path / "page.html").read_text()
    for words in ("Data validation", "Findings", "Shares of the classes", "What the columns hold"):
        assert words in page
    assert validate(address, "--expect", tmp_path / "expected.toml").exit_code == 0


def test_the_next_version_is_compared_with_the_last_sound_one(tmp_path):
    validate(table(tmp_path))
    result = validate(table(tmp_path, shift=60), "--json")
    found = Validation.from_json(result.stdout)
    assert found.drifts[0].name == "age"
    assert result.exit_code == 0
    # and now this is the last one
    assert Validation.from_json(validate(table(tmp_path, shift=60), "--json").stdout).drifts == ()


def test_broken_data_end_with_2_and_are_not_kept(tmp_path):
    validate(table(tmp_path))
    (tmp_path / "e.json").write_text(json.dumps({"train_at_least": 10_000, "columns": {"age": {"high": 59}}}))
    result = validate(table(tmp_path, shift=60), "--expect", tmp_path / "e.json", "--report", tmp_path / "p.html")
    assert result.exit_code == 2
    assert "Broken: 3 errors" in result.stdout
    assert "expected at least 10,000" in result.stdout
    assert "Broken: 3 errors" in (tmp_path / "p.html").read_text()
    assert Validation.from_json(validate(table(tmp_path, shift=60), "--json").stdout).drifts


def test_another_version_may_be_named(tmp_path):
    address = table(tmp_path)
    (tmp_path / "old.json").write_text(validate(address, "--json", "--no-keep").stdout)
    found = validate(table(tmp_path, shift=60), "--json", "--previous", tmp_path / "old.json")
    assert Validation.from_json(found.stdout).previous is not None
    (tmp_path / "wrong.json").write_text("{}")
    result = validate(address, "--previous", tmp_path / "wrong.json")
    assert isinstance(result.exception, InputError)


def test_what_cannot_be_read_at_all_is_one_message(tmp_path):
    (tmp_path / "rows.csv").write_text("age,label\n1,yes\n2\n")
    result = validate(f"table:{tmp_path / 'rows.csv'}?label=label")
    assert isinstance(result.exception, DataError)
    assert "rows.csv" in str(result.exception)
