import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, top_k_accuracy_score

from netwright.qualities.answers import count_answers, lean_interval
from netwright.qualities.intervals import mean_interval
from netwright.records.errors import InputError
from netwright.records.evaluation import Evaluation
from netwright.records.measurement import Conditions

NAMES = tuple("abcdefgh")


@pytest.mark.parametrize(("n", "classes"), [(9, 2), (300, 8)])
def test_equals_the_oracles(predictions, n, classes):
    probabilities, labels = predictions(n, classes)
    found, said = count_answers(probabilities, labels, NAMES[:classes]), probabilities.argmax(1)
    table = confusion_matrix(labels, said, labels=range(classes))
    assert found.confusion == tuple(map(tuple, table.tolist()))
    assert found.top1.hits == int((said == labels).sum())
    precision, recall, _, support = precision_recall_fscore_support(
        labels, said, labels=range(classes), zero_division=0
    )
    assert [one.recall.n for one in found.by_class] == support.tolist()
    for one, p, r in zip(found.by_class, precision, recall, strict=True):
        assert one.recall.value == pytest.approx(r)
        assert one.precision.value == pytest.approx(p) or not one.precision.n
        assert one.lean == pytest.approx((one.precision.n - one.recall.n) / n)
        assert one.lean_low <= one.lean <= one.lean_high
    if classes > 5:
        assert found.top5.value == pytest.approx(top_k_accuracy_score(labels, probabilities, k=5))
    else:
        assert found.top5 is None


def test_confusions_come_by_count_then_by_share():
    truth = torch.tensor([0] * 10 + [1] * 4 + [2] * 2)
    said = torch.tensor([0] * 7 + [1] * 3 + [1] * 2 + [0] * 2 + [0] * 2)
    pairs = count_answers(torch.eye(3)[said], truth, ("a", "b", "c")).confusions()
    assert pairs == [(0, 1, 3, 0.3), (2, 0, 2, 1.0), (1, 0, 2, 0.5)]


@given(st.integers(1, 400), st.data())
def test_the_interval_of_a_lean_is_walds_of_four_cells_with_half_a_sample_each(n, data):
    over = data.draw(st.integers(0, n))
    under = data.draw(st.integers(0, n - over))
    cells = np.array([over + 0.5, under + 0.5, *[(n - over - under) / 2 + 0.5] * 2])
    shares, values = cells / cells.sum(), np.array([1, -1, 0, 0])
    mean = float(shares @ values)
    half = 1.3 * float(np.sqrt((shares @ values**2 - mean**2) / cells.sum()))
    low, high = lean_interval(over, under, n, z=1.3)
    assert low == pytest.approx(max(-1, mean - half), abs=1e-9)
    assert high == pytest.approx(min(1, mean + half), abs=1e-9)


def test_a_class_is_leant_towards_only_beyond_chance():
    def leans(wrong):
        truth = torch.arange(200) % 4
        said = truth.clone()
        said[torch.arange(0, 200, 4)[:wrong]] = 1  # of class 0
        return [one.leans for one in count_answers(torch.eye(4)[said], truth, tuple("abcd")).by_class]

    assert leans(3) == ["", "", "", ""]
    assert leans(12) == ["away", "towards", "", ""]


def test_clips_of_one_video_do_not_count_as_many():
    # each video is right as a whole or wrong as a whole
    said = torch.eye(2)[torch.tensor([0, 1, 0, 0, 1, 0]).repeat_interleave(5)]
    truth = torch.zeros(30, dtype=torch.int64)
    found = count_answers(said, truth, ("a", "b"), samples="clips", pieces=5)
    assert (found.top1.hits, found.top1.n) == (20, 30)
    assert (found.top1.low, found.top1.high) == mean_interval(torch.tensor([1.0, 0, 1, 1, 0, 1]).double(), 0.0, 1.0)
    assert count_answers(said, truth, ("a", "b")).top1.low > found.top1.low
    sure = count_answers(torch.eye(2)[[0] * 30], truth, ("a", "b"), pieces=5)
    assert sure.top1.low < 0.75


def test_what_does_not_fit_together_is_refused(predictions):
    probabilities, labels = predictions(9, 3)
    with pytest.raises(InputError, match=r"9 probabilities of 3 classes; .* not 2"):
        count_answers(probabilities, labels, ("a", "b"))
    with pytest.raises(InputError, match="2 successive samples"):
        count_answers(probabilities, labels, ("a", "b", "c"), pieces=2)


def test_an_evaluation_goes_through_json_with_classes_that_have_no_sample():
    answers = count_answers(torch.eye(3)[[0, 0]], torch.tensor([0, 1]), ("a", "b", "c"))
    record = Evaluation(
        title="t", model="mlp", data="d", classes=("a", "b", "c"), parameters=500_000, whole=answers,
        conditions=Conditions(hardware="any"),
    )  # fmt: skip
    again = Evaluation.from_json(record.to_json())
    assert again == record
    assert (again.whole.by_class[2].recall.low, again.whole.by_class[2].recall.high) == (0.0, 1.0)
    assert again.per_million[0] == pytest.approx(1.0)
    assert str(again.whole.by_class[2].recall) == "–"
