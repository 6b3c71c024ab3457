"""`netwright labels` as a user meets it."""

import json

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from netwright.cli.labels import labels
from netwright.monitoring.event import Event
from netwright.monitoring.store import Store
from netwright.records.errors import InputError, StorageError

app = typer.Typer()
app.command("labels")(labels)
app.command("none")(lambda: None)


def run(*arguments):
    return CliRunner().invoke(app, ["labels", *map(str, arguments)])


@pytest.fixture
def telemetry(tiny_package, tmp_path):
    rng, form = np.random.default_rng(0), tiny_package.form
    with Store(tmp_path / "t.db") as store:
        for i in range(30):
            pixels = rng.integers(0, 256, (1, *form.shape)).astype(np.uint8)
            sample = form.keep({"image": pixels}, 0)
            store.append([Event(f"r/{i}", 1e9, "v", "m", "main", 200, i % 10, 0.5, 1e-3, b"", sample)])
    return tmp_path / "t.db"


def test_labels_enter_once_and_come_out_as_data(tiny_package, telemetry, tmp_path):
    classes = tiny_package.manifest.classes
    file = tmp_path / "labels.csv"
    lines = [f"r/{i},{classes[i % 2]},{'model' if i % 5 == 0 else 'person'}\n" for i in range(30)]
    file.write_text("id,label,source\n" + "".join(lines) + "other,0,person\n")
    place = ("--telemetry", telemetry)
    first = run(tiny_package.folder, file, *place)
    assert first.exit_code == 0, first.output
    assert "line 32: other" in first.stdout
    again = json.loads(run(tiny_package.folder, file, *place, "--json").stdout)
    assert (again["entered"], again["repeated"]) == (0, 30)
    out = run(tiny_package.folder, "--export", tmp_path / "out", *place, "--json")
    assert out.exit_code == 0, out.output
    told = json.loads(out.stdout)
    assert told["train"] + told["test"] == 30
    assert told["from_model"] == 6
    assert told["address"].startswith(f"folder:{tmp_path}/out?size=8")


def test_faults_are_told_and_nothing_is_entered(tiny_package, telemetry, tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text('{"id": "r/0", "label": 3}\n{"id": "r/1", "label": "bird"}\n')
    result = run(tiny_package.folder, file, "--telemetry", telemetry)
    assert isinstance(result.exception, InputError)
    assert "line 2: the label is 'bird'" in str(result.exception)
    with Store.to_read(telemetry) as store:
        assert store.read("SELECT count(*) FROM labels") == [(0,)]


def test_a_wrong_telemetry_is_told_and_not_made(tiny_package, tmp_path):
    (tmp_path / "a.csv").write_text("id,label\na,0\n")
    result = run(tiny_package.folder, tmp_path / "a.csv", "--telemetry", tmp_path / "no.db")
    assert isinstance(result.exception, StorageError)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_one_thing_is_asked_for_at_a_time(tiny_package, telemetry, tmp_path):
    for arguments in ((), (tmp_path / "a.csv", "--export", tmp_path / "out")):
        result = run(tiny_package.folder, *arguments, "--telemetry", telemetry)
        assert "either a file of labels" in str(result.exception)
