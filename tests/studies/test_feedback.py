"""Labelled samples of production become data that a scenario reads, and say where their labels came from."""

import csv

import numpy as np
import pytest

from netwright.data.catalog import load
from netwright.data.encoding import CategoryColumn, Encoding, NumericColumn
from netwright.monitoring.event import Event, Label
from netwright.monitoring.store import Store
from netwright.records.errors import DataError, InputError, StorageError
from netwright.records.feedback import FeedbackShare
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.studies.feedback import export_samples
from netwright.studies.feedback_layouts import class_folder
from netwright.studies.feedback_share import feedback_share, feedback_warning

CLASSES = ("shirt", "T-shirt/top")
N = 60


def images(rng):
    form = ImageForm(shape=(1, 8, 8))
    return form, [form.keep({"image": rng.integers(0, 256, (1, 1, 8, 8)).astype(np.uint8)}, 0) for _ in range(N)]


def texts(rng):
    form = TextForm(length=40)
    return form, [f"text {i} is fine, naïve\n".encode() for i in range(N)]


def rows(rng):
    columns = (NumericColumn(name="age", mean=40.0, spread=10.0), CategoryColumn(name="label", levels=("a, b", "c")))
    form = RowForm(encoding=Encoding(columns=columns))
    made = [{"age": np.array([float(i)]), "label": np.array([b"a, b" if i % 3 else b"c"], object)} for i in range(N)]
    return form, [form.keep(one, 0) for one in made]


KINDS = {"images": images, "texts": texts, "rows": rows}


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.db") as store:
        yield store


def fill(store, samples, source=lambda i: "model" if i % 4 == 0 else "person"):
    events = [Event(f"r{i}", 0.0, "1", "mlp", "main", 200, 0, 0.5, 0.01, b"", s) for i, s in enumerate(samples)]
    store.append(events, [Label(f"r{i}", i % 2, 1.0, source(i)) for i in range(len(samples))])


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_exported_is_data_that_is_read_back_the_same(kind, store, tmp_path, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tmp_path / "cache"))
    form, samples = KINDS[kind](np.random.default_rng(0))
    fill(store, samples)
    found = export_samples(store, form, CLASSES, tmp_path / "out")
    assert found.train + found.test == N
    assert 3 <= found.test <= 20
    assert found.classes == {"T-shirt/top": 30, "shirt": 30}
    data = load(found.address)
    assert (len(data.train_labels), len(data.test_labels)) == (found.train, found.test)
    share = feedback_share(found.address)
    assert share == FeedbackShare(rows=found.train, from_model=15)
    assert found.from_model == 15
    assert any("its own mistakes" in note for note in found.notes)


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_by_a_model_is_in_the_test_part(kind, store, tmp_path):
    form, samples = KINDS[kind](np.random.default_rng(0))
    fill(store, samples)
    export_samples(store, form, CLASSES, tmp_path / "out")
    with (tmp_path / "out" / "sources.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    assert {row["source"] for row in told if row["part"] == "test"} == {"person"}
    assert {row["id"] for row in told} == {f"r{i}" for i in range(N)}
    assert all((tmp_path / "out" / row["file"]).exists() for row in told)


def test_pixels_come_back_to_the_last(store, tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    form = ImageForm(shape=(3, 5, 7))
    pixels = rng.integers(0, 256, (8, 3, 5, 7)).astype(np.uint8)
    fill(store, [form.keep({"image": pixels}, i) for i in range(8)], lambda i: "person")
    export_samples(store, form, CLASSES, tmp_path / "out")
    files = sorted((tmp_path / "out").rglob("*.png"), key=lambda path: path.name)
    read = np.stack([np.asarray(Image.open(file)).transpose(2, 0, 1) for file in files])
    assert (read == pixels).all()


def test_equal_samples_are_in_one_part(store, tmp_path):
    fill(store, [f"text {i % 7}".encode() for i in range(N)], lambda i: "outcome")
    export_samples(store, TextForm(length=9), CLASSES, tmp_path / "out")
    parts = {part: {f.read_text() for f in (tmp_path / "out" / part).rglob("*.txt")} for part in ("train", "test")}
    assert not parts["train"] & parts["test"]
    assert parts["test"]


def test_every_class_has_training_samples(store, tmp_path):
    fill(store, [f"text {i}".encode() for i in range(4)], lambda i: "person")
    found = export_samples(store, TextForm(length=9), CLASSES, tmp_path / "out")
    assert {path.name for path in (tmp_path / "out" / "train").iterdir()} == {"shirt", "T-shirt%2Ftop"}
    assert found.test >= 1


def test_where_there_is_nothing_to_export_that_is_told_and_nothing_is_left(store, tmp_path):
    form, samples = texts(None)
    with pytest.raises(InputError, match="keep-inputs"):
        export_samples(store, form, CLASSES, tmp_path / "out")
    fill(store, samples, lambda i: "model")
    with pytest.raises(InputError, match="no label by a person or an outcome"):
        export_samples(store, form, CLASSES, tmp_path / "out")
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="there already"):
        export_samples(store, form, CLASSES, tmp_path / "there")
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith("t.db")} == {"there"}


def test_one_sample_is_too_few(store, tmp_path):
    fill(store, [b"alone"], lambda i: "person")
    with pytest.raises(InputError, match="too few texts"):
        export_samples(store, TextForm(length=9), CLASSES, tmp_path / "out")


def test_a_place_that_cannot_be_written_is_told(store, tmp_path):
    fill(store, texts(None)[1])
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="could not write"):
        export_samples(store, TextForm(length=40), CLASSES, tmp_path / "file" / "out")


def test_files_that_were_added_since_then_count(store, tmp_path):
    fill(store, texts(None)[1])
    found = export_samples(store, TextForm(length=40), CLASSES, tmp_path / "out")
    for i in range(100):
        (tmp_path / "out" / "train" / "shirt" / f"mine{i}.txt").write_text("checked by hand")
    assert feedback_share(found.address) == FeedbackShare(rows=found.train + 100, from_model=15)


def test_where_nothing_is_said_of_the_labels_that_is_so(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    assert feedback_share(f"table:{tmp_path}/t.csv?label=b") is None
    assert feedback_share(f"folder:{tmp_path}") is None
    assert feedback_share("fashion-mnist") is None
    (tmp_path / "sources.csv").write_text("nonsense\n1\n")
    with pytest.raises(DataError, match="export the samples again"):
        feedback_share(f"texts:{tmp_path}")


def test_a_large_share_is_warned_of():
    assert feedback_warning(FeedbackShare(rows=100, from_model=5)) is None
    assert "20%" in feedback_warning(FeedbackShare(rows=100, from_model=20))
    assert FeedbackShare(rows=0, from_model=0).share == 0


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "a/b", "a\\b", "50%", "a\nb", "naïve", "a b"])
def test_folders_of_classes_are_safe_and_their_own(name):
    folder = class_folder(name)
    assert folder
    assert "/" not in folder
    assert not folder.startswith(".")
    assert folder.isprintable()
