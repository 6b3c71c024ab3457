"""What every form promises, and what each adds to it."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.encoding import learn_encoding
from netwright.data.images import to_inputs
from netwright.data.text_bytes import encode_texts
from netwright.records.errors import RequestError
from netwright.serving.forms.catalog import read_form
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.forms.video_form import VideoForm

RNG = np.random.default_rng(0)
COLUMNS = {
    "amount": np.array([1.0, 2.0, 3.0]),
    "pause": np.array([5.0, np.nan, 1.0]),
    "channel": np.array(["chip", "online", "chip"]),
    "device": np.array(["", "new", "known"]),
}
ROWS = RowForm(encoding=learn_encoding(COLUMNS)[0])


def words(*texts):
    held = np.empty(len(texts), object)
    held[:] = texts
    return held


FORMS = {
    "image": (ImageForm(shape=(3, 4, 5)), {"image": RNG.integers(0, 256, (3, 3, 4, 5), np.uint8)}),
    "video": (VideoForm(shape=(1, 2, 3, 4)), {"clip": RNG.integers(0, 256, (3, 1, 2, 3, 4), np.uint8)}),
    "text": (TextForm(length=16), {"text": words("aé".encode(), b"", b"good film")}),
    "row": (ROWS, ROWS.tensors(COLUMNS)),
}


@pytest.fixture(params=FORMS, name="case")
def _case(request):
    return FORMS[request.param]


def refused(form, tensors):
    with pytest.raises(RequestError) as caught:
        form.inputs(tensors)
    assert caught.value.status == 400
    return str(caught.value)


def test_a_form_is_a_record(case):
    form, _ = case
    assert read_form(form.to_json()) == form


def test_each_sample_has_its_input(case):
    form, tensors = case
    together = form.inputs(tensors)
    assert len(together) == 3
    for i in range(3):
        alone = form.inputs({name: values[i : i + 1] for name, values in tensors.items()})
        assert np.array_equal(alone[0], together[i])


def test_a_kept_sample_gives_the_same_input(case):
    form, tensors = case
    for i in range(3):
        again = form.inputs(form.kept(form.keep(tensors, i)))
        assert np.array_equal(again[0], form.inputs(tensors)[i])


def test_wrong_tensors_are_refused(case):
    form, tensors = case
    first = next(iter(tensors))
    values = tensors[first]
    assert first in refused(form, {})
    assert "there is no input 'more'" in refused(form, {**tensors, "more": values})
    assert "shape" in refused(form, {**tensors, first: values[..., None]})
    other = np.zeros(values.shape, np.int32)
    assert "give" in refused(form, {**tensors, first: other})
    assert "no sample" in refused(form, {name: some[:0] for name, some in tensors.items()})


def test_images_become_the_inputs_of_training():
    pixels = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    form = ImageForm(shape=(1, 16, 16))
    wanted = to_inputs(torch.from_numpy(pixels)).numpy()
    assert np.array_equal(form.inputs({"image": pixels}), wanted)
    assert np.array_equal(form.tensors(wanted)["image"], pixels)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8), min_size=1))
def test_texts_become_the_bytes_of_training(texts):
    form = TextForm(length=64)
    given_texts = words(*(text.encode() for text in texts))
    found = form.inputs({"text": given_texts})
    assert np.array_equal(found, encode_texts(texts, 64).numpy())
    assert form.tensors(found)["text"].tolist() == given_texts.tolist()


def test_rows_become_the_inputs_of_training():
    assert np.array_equal(ROWS.inputs(ROWS.tensors(COLUMNS)), ROWS.encoding.encode(COLUMNS))


def test_a_row_may_leave_out_what_was_missing_in_training_and_nothing_else():
    tensors = ROWS.tensors(COLUMNS)
    without = {name: values[1:2] for name, values in tensors.items() if name != "pause"}
    assert np.array_equal(ROWS.inputs(without)[0], ROWS.encoding.encode(COLUMNS)[1])
    assert "'amount' is missing" in refused(ROWS, {k: v for k, v in tensors.items() if k != "amount"})
    assert {spec.name: spec.optional for spec in ROWS.specs()} == {
        "amount": False, "pause": True, "channel": False, "device": True,
    }  # fmt: skip


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused(value):
    tensors = dict(ROWS.tensors(COLUMNS))
    tensors["amount"] = np.array([1.0, value, 2.0])
    assert "'amount' is" in refused(ROWS, tensors)
    assert "row 1" in refused(ROWS, tensors)


def test_an_infinite_value_is_refused_where_missing_ones_are_taken():
    tensors = {**ROWS.tensors(COLUMNS), "pause": np.array([1.0, np.inf, 2.0])}
    assert "NaN where it is missing" in refused(ROWS, tensors)


def test_words_that_training_never_saw_are_taken():
    tensors = {**ROWS.tensors(COLUMNS), "channel": words(b"fax", b"chip", b"chip")}
    assert ROWS.inputs(tensors)[0].tolist()[-4:] != ROWS.inputs(tensors)[1].tolist()[-4:]


def test_different_numbers_of_samples_are_refused():
    tensors = {**ROWS.tensors(COLUMNS), "amount": np.array([1.0])}
    assert "amount 1" in refused(ROWS, tensors)


@pytest.mark.parametrize(
    ("text", "told"), [(b"\xff", "no UTF-8"), (b"a\0b", "zero character"), (b"x" * 17, "at most 16")]
)
def test_what_is_no_text_is_refused(text, told):
    assert told in refused(TextForm(length=16), {"text": words(text)})
