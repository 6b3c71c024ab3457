"""Texts of a pruning: never the same to learn from and to test on, and every file that cannot be."""

import pytest
import torch

import netwright.studies.prune_texts as prune_texts
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import make_text_dataset
from netwright.records.errors import InputError

REVIEWS = [f"film {number}" for number in range(700)]


@pytest.fixture(autouse=True)
def _reviews(monkeypatch):
    rows, labels = encode_texts(REVIEWS), torch.arange(700) % 2
    dataset = make_text_dataset("reviews", (rows[100:], labels[100:]), (rows[:100], labels[:100]), ("bad", "good"), ())
    monkeypatch.setattr(prune_texts, "load", lambda _: dataset)


@pytest.fixture
def file(tmp_path):
    def write(*lines, name="texts.txt"):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
        return tmp_path / name

    return write


def test_reviews_calibrate_with_their_training_part_and_test_with_the_other():
    found = prune_texts.prune_texts(None, None, classes=2)
    assert len(set(found.calibration)) == 512
    assert set(found.calibration) <= set(REVIEWS[100:])
    assert list(found.test) == REVIEWS[:100]
    assert found.labels == tuple(number % 2 for number in range(100))
    again = prune_texts.prune_texts(None, None, classes=3)
    assert (again.calibration, again.labels) == (found.calibration, None)


def test_of_a_file_alone_a_quarter_is_held_out(file):
    lines = [f"text {number}" for number in range(10)]
    found = prune_texts.prune_texts(file(*lines, "", "text 3"), None, classes=2)
    assert sorted([*found.calibration, *found.test]) == sorted(lines)
    assert len(found.test) == 3
    assert found.labels is None


def test_test_texts_may_have_labels(file):
    test = file("1\tfine", "0\tdull \tand long", name="test.txt")
    found = prune_texts.prune_texts(file("a", "b"), test, classes=2)
    assert (found.test, found.labels) == (["fine", "dull \tand long"], (1, 0))
    plain = prune_texts.prune_texts(file("a", "b"), file("fine", "dull", name="plain.txt"), classes=None)
    assert (plain.test, plain.labels) == (["fine", "dull"], None)


@pytest.mark.parametrize(
    ("texts", "test", "classes", "told"),
    [
        (["", "  "], None, 2, "holds no text"),
        (["a", "b", "b", "c"], None, 2, "has 3 different texts, too few"),
        (["a", "b"], ["c", "a"], 2, "1 of 2 test texts are calibration texts too"),
        (["a"], ["1\tb", "c"], 2, "text 2 has no label"),
        (["a"], ["1\tb", "2\tc"], 2, "text 2 begins with '2'; write a label from 0 to 1"),
        (["a"], ["good\tb"], 2, "begins with 'good'"),
        (["a"], ["1\tb"], None, "the model answers with words"),
    ],
)
def test_files_that_cannot_be_say_why(file, texts, test, classes, told):
    named = None if test is None else file(*test, name="test.txt")
    with pytest.raises(InputError, match=told):
        prune_texts.prune_texts(file(*texts), named, classes=classes)


def test_files_that_are_missing_or_no_text_say_so(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        prune_texts.prune_texts(tmp_path / "none", None, classes=2)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not UTF-8"):
        prune_texts.prune_texts(tmp_path / "bytes", None, classes=2)
