"""Batch prediction from end to end: what it writes, and what it says of bad data."""

import numpy as np
import pytest

from netwright.machine.progress import Silent
from netwright.records.errors import DataError
from netwright.serving.batch import predict as module
from netwright.serving.batch.predict import predict
from netwright.serving.protocol.softmax import softmax

from .conftest import CLASSES, ROWS
from .runs import COUNT, read, setting, stop_at, write

pytestmark = pytest.mark.usefixtures("_small_parts")


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


def test_the_list_of_faults_goes_with_the_faults(served, tmp_path):
    data = write(tmp_path / "rows.csv", bad=(3,))
    served(ROWS)
    with pytest.raises(DataError):
        predict(setting(data, tmp_path / "out.csv"), Silent())
    assert (tmp_path / "out.csv.rejects").exists()
    write(data)
    predict(setting(data, tmp_path / "out.csv", restart=True), Silent())
    assert not (tmp_path / "out.csv.rejects").exists()


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
