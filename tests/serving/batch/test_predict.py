"""Batch prediction from end to end: what it writes, what it keeps of a stopped run, and what it refuses."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from netwright.machine.progress import Silent
from netwright.records.errors import DataError, InputError, StorageError
from netwright.serving.batch import predict as module
from netwright.serving.batch.predict import PredictSetting, predict
from netwright.serving.protocol.softmax import softmax
from netwright.tracking.folder_lock import lock_folder

from .conftest import CLASSES, ROWS

COUNT = 30


@pytest.fixture
def data(tmp_path):
    return write(tmp_path / "rows.csv")


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 8)


def write(path, bad=()):
    random = np.random.default_rng(1)
    rows = [f"{'x' if i in bad else random.integers(20, 60)},{random.normal():.6f},Oslo" for i in range(COUNT)]
    path.write_text("age,pay,city\n" + "\n".join(rows) + "\n")
    return path


def setting(data, out, **options):
    return PredictSetting(Path("package"), str(data), Path(out), batch=options.pop("batch", 4), **options)


def read(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Stopped:
    """An engine that is interrupted at its n-th batch."""

    name = "onnx"

    def __init__(self, engine, at):
        self._engine, self._left = engine, at

    def answer(self, inputs):
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return self._engine.answer(inputs)


def stop_at(monkeypatch, engine, at):
    monkeypatch.setattr(module, "open_engine", lambda *_: Stopped(engine, at))


def test_each_row_has_its_label_and_probabilities(served, data, tmp_path):
    engine = served(ROWS)
    summary = predict(setting(data, tmp_path / "out.csv", probabilities=True), Silent())
    rows = read(tmp_path / "out.csv")
    assert (summary.rows, summary.rejected, summary.resumed, len(rows)) == (COUNT, 0, 0, COUNT)
    columns = [list(column) for column in zip(*(line.values() for line in read(data)), strict=True)]
    request = {"age": np.array(columns[0], float), "pay": np.array(columns[1], float),
               "city": np.array([word.encode() for word in columns[2]], object)}  # fmt: skip
    wanted = softmax(engine.answer(ROWS.inputs(request)).logits)
    for number, (row, shares) in enumerate(zip(rows, wanted, strict=True)):
        assert (row["row"], row["id"]) == (str(number), f"line {number + 2}")
        assert row["label"] == CLASSES[shares.argmax()]
        assert float(row["probability"]) == pytest.approx(shares.max(), abs=1e-6)
        assert [float(row[f"p({name})"]) for name in CLASSES] == pytest.approx(shares.tolist(), abs=1e-6)
        assert (row["model"], row["version"]) == ("chosen one", "0123456789ab")
    assert not (tmp_path / "out.csv.partial").exists()
    assert not (tmp_path / "out.csv.rejects").exists()


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


def test_bad_rows_are_all_told_and_the_next_run_may_leave_them_out(served, tmp_path):
    data, engine = write(tmp_path / "rows.csv", bad=range(0, 24, 2)), served(ROWS)
    with pytest.raises(DataError) as told:
        predict(setting(data, tmp_path / "out.csv"), Silent())
    lines = str(told.value).splitlines()
    assert lines[0] == f"12 of 30 samples of {data} have no prediction:"
    assert lines[1] == f"  {data}, line 2: 'age' is 'x', which is no number"
    assert lines[11] == "  and 2 more"
    assert "--skip-bad" in lines[12]
    assert len((tmp_path / "out.csv.rejects").read_text().splitlines()) == 12
    assert not (tmp_path / "out.csv").exists()
    engine.batches.clear()
    summary = predict(setting(data, tmp_path / "out.csv", skip_bad=True), Silent())
    assert (summary.rows, summary.rejected, summary.resumed, engine.batches) == (18, 12, 30, [])
    assert [row["row"] for row in read(tmp_path / "out.csv")][:3] == ["1", "3", "5"]


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


def test_the_list_of_faults_goes_with_the_faults(served, tmp_path):
    data = write(tmp_path / "rows.csv", bad=(3,))
    served(ROWS)
    with pytest.raises(DataError):
        predict(setting(data, tmp_path / "out.csv"), Silent())
    assert (tmp_path / "out.csv.rejects").exists()
    write(data)
    predict(setting(data, tmp_path / "out.csv", restart=True), Silent())
    assert not (tmp_path / "out.csv.rejects").exists()


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


def test_nothing_to_predict_is_told(served, tmp_path):
    served(ROWS)
    (tmp_path / "rows.csv").write_text("age,pay,city\n")
    with pytest.raises(DataError, match="holds no rows; give at least one"):
        predict(setting(tmp_path / "rows.csv", tmp_path / "out.csv"), Silent())


def test_progress_is_told_in_the_unit_of_the_source(served, data, tmp_path):
    served(ROWS)
    told = []

    class Told(Silent):
        def start(self, total, title):
            told.append((total, title))

        def advance(self, done, running, left):
            told.append((done, running, left))

    predict(setting(data, tmp_path / "out.csv"), Told())
    size = data.stat().st_size
    assert told[0] == (size, f"predicting {data}")
    assert told[1][2] > 0
    assert told[-1] == (size, f"{COUNT} samples", 0.0)


def test_samples_are_not_read_ahead(served, data, tmp_path, monkeypatch):
    engine, read = served(ROWS), []
    opened = module.open_source(str(data), module.open_package(None), "test")

    class Endless:
        name = "endless"

        def identity(self):
            return "endless"

        def size(self):
            return 10**12

        def samples(self, start):
            while True:
                for sample in opened.source.samples(0):
                    read.append(sample)
                    yield sample

    monkeypatch.setattr(module, "open_source", lambda *_: opened._replace(source=Endless()))
    stop_at(monkeypatch, engine, 5)
    with pytest.raises(KeyboardInterrupt):
        predict(setting("endless", tmp_path / "out.csv"), Silent())
    assert len(read) == 6 * 4


def test_the_summary_reads_well(served, data, tmp_path):
    served(ROWS)
    summary = predict(setting(data, tmp_path / "out.csv"), Silent())
    assert str(summary).splitlines()[:3] == [
        f"written      {tmp_path / 'out.csv'}",
        "predictions  30",
        "model        chosen one (onnx), package 0123456789ab",
    ]
    assert type(summary).from_json(summary.to_json()) == summary
