"""Batch prediction that is stopped: what is kept of it, and what must not be mixed with it."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netwright.machine.progress import Silent
from netwright.records.errors import DataError, InputError, StorageError
from netwright.serving.batch import predict as module
from netwright.serving.batch.predict import predict
from netwright.tracking.folder_lock import lock_folder

from .conftest import ROWS
from .runs import COUNT, Stopped, read, setting, stop_at, write

pytestmark = pytest.mark.usefixtures("_small_parts")


@pytest.mark.parametrize("at", [0, 1, 2, 3, 5, 7])
def test_a_stopped_run_goes_on_and_gives_the_same_bytes(at, served, data, tmp_path, monkeypatch):
    engine = served(ROWS)
    predict(setting(data, tmp_path / "whole.csv"), Silent())
    asked = sum(engine.batches)
    stop_at(monkeypatch, engine, at)
    with pytest.raises(KeyboardInterrupt):
        predict(setting(data, tmp_path / "out.csv"), Silent())
    assert not (tmp_path / "out.csv").exists()
    engine = served(ROWS)
    engine.batches.clear()
    summary = predict(setting(data, tmp_path / "out.csv"), Silent())
    # whole parts of 8 samples are kept, 2 batches each
    assert summary.resumed == at // 2 * 8
    assert sum(engine.batches) == asked - summary.resumed
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_killed_run_goes_on_and_gives_the_same_bytes(served, tmp_path):
    data, program = write(tmp_path / "rows.csv", bad=(3, 25)), Path(__file__).with_name("killed_run.py")
    out = tmp_path / "out.csv"
    for batches in (3, 4):
        done = subprocess.run([sys.executable, program, data, out, str(batches)], check=False)
        assert done.returncode == -signal.SIGKILL
    served(ROWS)
    summary = predict(setting(data, out, skip_bad=True), Silent())
    assert summary.resumed == 24
    predict(setting(data, tmp_path / "whole.csv", skip_bad=True), Silent())
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    rejects = [json.loads(line) for line in (tmp_path / "out.csv.rejects").read_text().splitlines()]
    assert [(one["row"], one["place"]) for one in rejects] == [(3, f"{data}, line 5"), (25, f"{data}, line 27")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": "ba9876543210"}, "the package changed since"),
        ({"batch": 8}, "--batch changed since"),
        ({"probabilities": True}, "--probabilities changed since"),
        ({"touch": True}, "the data changed since"),
    ],
)
def test_what_changed_since_is_refused_until_a_restart(change, told, served, data, tmp_path, monkeypatch):
    out = tmp_path / "out.csv"
    stop_at(monkeypatch, served(ROWS), 4)
    with pytest.raises(KeyboardInterrupt):
        predict(setting(data, out), Silent())
    served(ROWS, version=change.pop("version", "0123456789ab"))
    if change.pop("touch", False):
        data.write_text(data.read_text() + "30,0.5,Rome\n")
    with pytest.raises(InputError, match=told):
        predict(setting(data, out, **change), Silent())
    summary = predict(setting(data, out, **change, restart=True), Silent())
    assert (summary.resumed, len(read(out))) == (0, summary.rows)


def test_data_that_change_while_they_are_read_are_refused(served, data, tmp_path, monkeypatch):
    engine = served(ROWS)

    class Touching(Stopped):
        def answer(self, inputs):
            with data.open("a") as file:
                file.write("30,0.5,Rome\n")
            return engine.answer(inputs)

    monkeypatch.setattr(module, "open_engine", lambda *_: Touching(engine, 0))
    with pytest.raises(DataError, match="changed while it was read"):
        predict(setting(data, tmp_path / "out.csv", batch=COUNT), Silent())
    assert not (tmp_path / "out.csv").exists()


def test_two_runs_do_not_write_one_file(served, data, tmp_path):
    served(ROWS)
    with lock_folder(tmp_path / "out.csv.partial"), pytest.raises(InputError, match="another run is writing"):
        predict(setting(data, tmp_path / "out.csv"), Silent())


def test_a_run_that_kept_nothing_leaves_nothing(served, data, tmp_path, monkeypatch):
    stop_at(monkeypatch, served(ROWS), 1)
    with pytest.raises(KeyboardInterrupt):
        predict(setting(data, tmp_path / "out.csv"), Silent())
    assert not (tmp_path / "out.csv.partial").exists()


def test_what_a_run_without_a_part_began_with_does_not_bind_the_next(served, data, tmp_path):
    (tmp_path / "out.csv.partial").mkdir()
    (tmp_path / "out.csv.partial" / "state.json").write_text('{"--batch": "7"}')
    served(ROWS)
    assert predict(setting(data, tmp_path / "out.csv"), Silent()).rows == COUNT


@pytest.mark.parametrize("spoil", ["gap", "state", "lost state"])
def test_a_spoilt_folder_of_parts_is_refused_until_a_restart(spoil, served, data, tmp_path, monkeypatch):
    stop_at(monkeypatch, served(ROWS), 6)
    out, folder = tmp_path / "out.csv", tmp_path / "out.csv.partial"
    with pytest.raises(KeyboardInterrupt):
        predict(setting(data, out), Silent())
    if spoil == "gap":
        (folder / "part-000000000000-000000000008.rows").unlink()
    elif spoil == "state":
        (folder / "state.json").write_text("{")
    else:
        (folder / "state.json").unlink()
    served(ROWS)
    with pytest.raises(InputError, match="--restart"):
        predict(setting(data, out), Silent())
    assert predict(setting(data, out, restart=True), Silent()).rows == COUNT


def test_a_full_disk_leaves_what_was_kept(served, data, tmp_path, monkeypatch):
    served(ROWS)
    kept = module.Partial.keep

    def full(self, start, stop, part, rejects):
        if start >= 16:
            raise StorageError("could not write: No space left on device")
        kept(self, start, stop, part, rejects)

    monkeypatch.setattr(module.Partial, "keep", full)
    with pytest.raises(StorageError):
        predict(setting(data, tmp_path / "out.csv"), Silent())
    monkeypatch.setattr(module.Partial, "keep", kept)
    assert predict(setting(data, tmp_path / "out.csv"), Silent()).resumed == 16
