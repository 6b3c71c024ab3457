"""The command group `netwright features`, on payments that it writes itself."""

import csv
import json

import pytest
from typer.testing import CliRunner

from netwright.cli.features import app
from netwright.data.payments_view import VIEW
from netwright.features.aggregations.count import Count
from netwright.features.online_store import OnlineStore
from netwright.records.errors import InputError, StorageError


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sample") / "payments"
    told = run("sample", place, "--payments", 800, "--cards", 30)
    assert told.exit_code == 0, told.output
    assert "800 SYNTHETIC payments" in told.output
    return place


def test_rows_are_built(folder, tmp_path):
    told = run(
        "build",
        folder / "payments.json",
        folder / "payments.parquet",
        "--out",
        tmp_path / "rows.csv",
        "--memory",
        "500 MB",
    )
    assert told.output == f"{tmp_path / 'rows.csv'}: 800 rows\n"
    rows = list(csv.DictReader((tmp_path / "rows.csv").read_text().splitlines()))
    assert list(rows[0])[2:] == [*VIEW.row, "age", "region", "label"]


def test_rows_are_built_for_what_is_asked(folder, tmp_path):
    (tmp_path / "asks.csv").write_text("card,time,amount,merchant,channel,country,device,km from home,wrong codes,"
                                       "months of account\nc00001,2027-01-01,5,fuel,chip,home,,1,0,3\n")  # fmt: skip
    arguments = ("build", folder / "payments.json", folder / "payments.parquet", "--asks", tmp_path / "asks.csv")
    told = run(*arguments, "--out", tmp_path / "rows.parquet", "--spill", tmp_path)
    assert told.output == f"{tmp_path / 'rows.parquet'}: 1 rows\n"


def test_a_store_is_filled(folder, tmp_path):
    told = run("materialise", folder / "payments.json", folder / "payments.parquet", "--store", tmp_path / "store.db")
    assert told.exit_code == 0
    with OnlineStore(tmp_path / "store.db", VIEW) as store:
        assert f": {store.count():,} events that features can see" in told.output


def test_training_and_serving_are_compared(folder):
    told = run("check", folder / "payments.json", folder / "payments.parquet")
    assert told.exit_code == 0
    assert (
        told.stdout.splitlines()[-1]
        == f"payments: 800 rows, {800 * len(VIEW.row):,} values compared, 0 differ, largest difference 0"
    )
    as_json = run("check", folder / "payments.json", folder / "payments.parquet", "--json")
    assert json.loads(as_json.stdout)["different"] == 0


def test_a_difference_leaves_with_an_error(folder, monkeypatch):
    monkeypatch.setattr(Count, "state", lambda self, seen: {"count": 0})
    told = run("check", folder / "payments.json", folder / "payments.parquet")
    assert told.exit_code == 1
    assert "first: row" in told.stdout


def test_feast_gets_its_repository(folder, tmp_path):
    told = run("export-feast", folder / "payments.json", folder / "payments.parquet", "--out", tmp_path / "feast")
    assert "800 rows of values" in told.output
    assert (tmp_path / "feast" / "features.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "rows.txt"), "ends neither"),
        (("--out", "nowhere/rows.csv"), "is no folder"),
        (("--out", "rows.csv", "--memory", "much"), "--memory"),
        (("--out", "rows.csv", "--spill", "nowhere"), "--spill"),
    ],
)
def test_wrong_options_are_told(folder, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    told = run("build", folder / "payments.json", folder / "payments.parquet", *arguments)
    assert isinstance(told.exception, InputError)
    assert message in str(told.exception)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    told = run("sample", tmp_path / "file" / "below", "--payments", 10)
    assert isinstance(told.exception, StorageError)
