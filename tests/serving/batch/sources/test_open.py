import numpy as np
import pytest
import torch

from netwright.data.images import make_image_dataset
from netwright.data.table import make_table_dataset
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import make_text_dataset
from netwright.records.errors import DataError
from netwright.serving.batch.sources import open as module
from netwright.serving.batch.sources.open import open_source
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.forms.video_form import VideoForm

from ..conftest import IMAGES, ROWS, TEXTS, package_of


def images(count=70):
    pixels = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (count, 1, 4, 6), np.uint8))
    labels = torch.arange(count) % 2
    return make_image_dataset("digits", (pixels[:3], labels[:3]), (pixels, labels), ("a", "b"))


def texts():
    labels = torch.tensor([0, 1])
    return make_text_dataset("reviews", (encode_texts(["x", "y"], 4), labels), (encode_texts(["aé", ""], 4), labels),
                             ("a", "b"))  # fmt: skip


def rows():
    columns = {"age": np.array([30.0, 50.0, np.nan]), "city": np.array(["Oslo", "Rome", ""])}
    return make_table_dataset("fraud", (columns, np.array([0, 1, 0])), (columns, np.array([0, 1, 1])), ("a", "b"))


@pytest.mark.parametrize(("made", "form"), [(images, ImageForm(shape=(1, 4, 6))), (texts, TextForm(length=4))])
def test_a_data_set_reaches_the_model_as_in_the_study(made, form, monkeypatch):
    dataset = made()
    monkeypatch.setattr(module, "load", lambda _: dataset)
    opened = open_source(dataset.name, package_of(form), "test")
    samples = list(opened.source.samples(0))
    assert len(samples) == opened.source.size() == len(dataset.test_labels)
    wanted = dataset.test_inputs(torch.arange(len(samples))).numpy()
    np.testing.assert_allclose(opened.asked(samples), wanted, atol=1e-6)
    assert [one.id for one in opened.source.samples(1)] == [one.id for one in samples[1:]]
    assert len(list(open_source(dataset.name, package_of(form), "train").source.samples(0))) == len(
        dataset.train_labels
    )


def test_rows_of_the_decisions_own_data_are_encoded_already(monkeypatch):
    dataset = rows()
    monkeypatch.setattr(module, "load", lambda _: dataset)
    form = RowForm(encoding=dataset.encoding)
    package = package_of(form, fingerprint=dataset.fingerprint)
    package.manifest.shape = dataset.shape
    opened = open_source("fraud", package, "test")
    inputs = opened.asked(list(opened.source.samples(0)))
    np.testing.assert_array_equal(inputs, dataset.test_values.numpy())
    package.manifest.data_fingerprint = "another"
    with pytest.raises(DataError, match="its rows are encoded otherwise; give the rows themselves"):
        open_source("fraud", package, "test")


@pytest.mark.parametrize(
    ("form", "told"),
    [(TEXTS, "digits has images, but the package takes texts"), (ImageForm(shape=(1, 5, 6)), r"shape \[1, 4, 6\]")],
)
def test_data_of_another_kind_or_shape_are_refused(form, told, monkeypatch):
    monkeypatch.setattr(module, "load", lambda _: images())
    with pytest.raises(DataError, match=told):
        open_source("digits", package_of(form), "test")


def test_what_is_not_there_is_told_with_the_nearest_name(tmp_path):
    with pytest.raises(DataError, match=r"there is no file, folder or data set digit\. Did you mean digits"):
        open_source("digit", package_of(IMAGES), "test")
    with pytest.raises(DataError, match="is no plain file"):
        open_source("/dev/null", package_of(IMAGES), "test")


@pytest.mark.parametrize(
    ("name", "form", "told"),
    [
        ("a.csv", IMAGES, r"has cells, but the package takes images, and 'image' is of shape \[1, 4, 6\]"),
        ("a.bin", ROWS, "takes rows, which no file of that name holds"),
        ("a.mp4", VideoForm(shape=(3, 2, 4, 4)), "takes videos, which no file"),
    ],
)
def test_a_file_that_does_not_fit_the_package_is_refused(name, form, told, tmp_path):
    (tmp_path / name).write_text("x")
    with pytest.raises(DataError, match=told):
        open_source(str(tmp_path / name), package_of(form), "test")


def test_a_folder_is_none_of_rows(tmp_path):
    with pytest.raises(DataError, match="takes rows, which no folder holds"):
        open_source(str(tmp_path), package_of(ROWS), "test")


def test_texts_may_be_a_file_or_a_folder_or_a_column(tmp_path):
    (tmp_path / "a.txt").write_text("fine\n")
    (tmp_path / "a.csv").write_text("text,stars\nfine,3\n")
    (tmp_path / "a.jsonl").write_text('{"text": "fine"}')
    for name in ("a.txt", "a.csv", "a.jsonl", ""):
        opened = open_source(str(tmp_path / name), package_of(TEXTS), "test")
        assert opened.asked(list(opened.source.samples(0))).tolist() == [[*b"fine", 0, 0, 0, 0]], name


def test_a_column_of_names_needs_columns(tmp_path):
    (tmp_path / "a.txt").write_text("fine\n")
    with pytest.raises(DataError, match="leave --id out"):
        open_source(str(tmp_path / "a.txt"), package_of(TEXTS), "test", "name")
