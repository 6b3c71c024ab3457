"""The reference: its counts, and that what chose the bins is not counted."""

import numpy as np
import pytest
from pydantic import ValidationError

from netwright.monitoring.drift.bins import Bins
from netwright.monitoring.reference import build_reference, choosing
from netwright.records.errors import InputError
from netwright.records.reference import FeatureReference, Reference


def built(numbers, seed=0):
    n = len(numbers)
    labels, predicted = np.arange(n) % 3, np.arange(n) % 2
    features = [(f"x{index}", "input") for index in range(numbers.shape[1])]
    return build_reference(numbers, features, labels, predicted, ("a", "b", "c"), "data", "mark", seed)


@pytest.fixture(scope="module")
def numbers():
    numbers = np.random.default_rng(0).normal(3, 2, size=(1000, 3)).astype(np.float32)
    numbers[:100, 1] = np.nan
    numbers[:, 2] = 5
    return numbers


def test_counts_are_those_of_the_samples_that_chose_nothing(numbers):
    reference = built(numbers)
    counted = numbers[~choosing(1000)]
    bins = Bins(reference.features).of(counted)
    for column, feature in enumerate(reference.features):
        assert sum(feature.counts) == 750
        assert list(feature.counts) == np.bincount(bins[:, column], minlength=len(feature.counts)).tolist()
        assert feature.mean == pytest.approx(float(np.nanmean(counted[:, column].astype(float))))
        assert feature.spread == pytest.approx(float(np.nanstd(counted[:, column].astype(float))))
    assert reference.features[1].counts[-1] == np.isnan(counted[:, 1]).sum()


def test_the_samples_that_choose_do_so_alone(numbers):
    other = numbers.copy()
    other[~choosing(1000)] = 0
    assert [one.edges for one in built(other).features] == [one.edges for one in built(numbers).features]


def test_centres_lie_in_their_bins(numbers):
    feature = built(numbers).features[0]
    bins = Bins((feature,)).of(np.array(feature.centres, np.float32)[:, None])[:, 0]
    full = np.array(feature.counts[:-1]) > 0
    assert bins[full].tolist() == np.flatnonzero(full).tolist()
    assert list(feature.centres) == sorted(feature.centres)


def test_labels_and_predictions_are_counted(numbers):
    reference = built(numbers)
    assert (reference.predicted, reference.labelled) == ((500, 500, 0), (334, 333, 333))
    assert reference.correct == sum(index % 3 == index % 2 for index in range(1000))
    assert reference.n == 1000
    assert Reference.from_json(reference.to_json()) == reference


def test_another_seed_chooses_others(numbers):
    assert built(numbers, 1) != built(numbers)
    assert built(numbers, 1) == built(numbers, 1)


@pytest.mark.parametrize("hostile", [np.nan, np.inf, 3e38])
def test_features_without_a_usual_value_have_a_reference(hostile):
    feature = built(np.full((40, 1), hostile, np.float32)).features[0]
    assert sum(feature.counts) == 30
    assert FeatureReference.from_json(feature.to_json()) == feature


def test_too_few_samples_are_told():
    with pytest.raises(InputError, match="at least 16 samples, found 5"):
        built(np.zeros((5, 1), np.float32))


def test_numbers_that_do_not_agree_are_told(numbers):
    with pytest.raises(InputError, match="do not agree"):
        build_reference(numbers, [("a", "input")], np.zeros(1000, int), np.zeros(1000, int), ("a",), "d", "f")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"counts": (1, 2)}, "two counts more"),
        ({"edges": (2.0, 1.0)}, "ascend"),
        ({"centres": (1.0,)}, "one centre more"),
    ],
)
def test_a_reference_that_contradicts_itself_is_refused(change, match):
    whole = {"name": "x", "edges": (1.0, 2.0), "counts": (1, 2, 3, 0), "mean": 0.0, "spread": 1.0}
    with pytest.raises(ValidationError, match=match):
        FeatureReference(**{**whole, **change})
