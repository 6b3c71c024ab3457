import dataclasses

import pytest
import torch

from netwright.data.text_bytes import decode_texts, encode_texts
from netwright.data.texts import make_text_dataset
from netwright.records.errors import DataError


def test_inputs_are_the_chosen_texts(words):
    dataset = words([0, 1, 2], [1, 0])
    assert decode_texts(dataset.train_inputs(torch.tensor([2, 0]))) == ["naïve text 2", "naïve text 0"]
    assert decode_texts(dataset.test_inputs(torch.tensor([1]))) == ["naïve text 4"]
    assert (dataset.shape, dataset.samples, dataset.features) == ((13,), "texts", ())


def test_a_dataset_is_frozen(words):
    with pytest.raises(dataclasses.FrozenInstanceError):
        words([0, 1], [0]).name = "other"


def test_texts_have_no_groups(words):
    with pytest.raises(DataError, match="toy has no column of groups, but group = 'age'"):
        words([0, 1], [0]).groups("age")


def test_the_fingerprint_is_that_of_texts_labels_and_classes(words):
    first = words([0, 1], [0])
    assert first.fingerprint == words([0, 1], [0], notes=("a note",)).fingerprint
    other = (words([1, 1], [0]), words([0, 1], [1]), words([0, 1], [0], classes=2))
    assert len({first.fingerprint, *(dataset.fingerprint for dataset in other)}) == 4


def test_parts_that_do_not_fit_are_told():
    texts, labels = encode_texts(["a", "b"]), torch.tensor([0, 1])
    with pytest.raises(DataError, match="the test part of it has 2 texts but 1 labels"):
        make_text_dataset("it", (texts, labels), (texts, labels[:1]), ("x", "y"))
    with pytest.raises(DataError, match="rows of 1 bytes, its test texts of 3"):
        make_text_dataset("it", (texts, labels), (encode_texts(["a", "bcd"]), labels), ("x", "y"))
