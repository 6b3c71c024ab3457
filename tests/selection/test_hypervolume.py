import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netwright.selection import hypervolume as module
from netwright.selection.hypervolume import exclusive_shares, hypervolume

TABLES = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
)


def on_a_grid(boxes):
    """Cells of a 4 x ... x 4 grid that lie in a box: exact for corners at quarters."""
    dimensions = boxes.shape[1]
    middles = np.stack(np.meshgrid(*[np.arange(4) / 4 + 0.125] * dimensions), axis=-1).reshape(-1, dimensions)
    return (middles[:, None] <= boxes[None]).all(axis=2)


@settings(deadline=None)
@given(TABLES)
def test_volume_and_shares_agree_with_counting_cells(boxes):
    inside = on_a_grid(boxes)
    assert hypervolume(boxes) == pytest.approx(inside.any(axis=1).mean())
    alone = (inside & (inside.sum(axis=1, keepdims=True) == 1)).mean(axis=0)
    total = inside.any(axis=1).mean()
    expected = alone / total if total else np.zeros(len(boxes))
    assert exclusive_shares(boxes, np.random.default_rng(0)) == pytest.approx(expected)


@pytest.mark.parametrize("dimensions", [2, 3, 6])
def test_exact_agrees_with_monte_carlo(dimensions):
    random = np.random.default_rng(dimensions)
    boxes = random.random((6, dimensions)) ** 0.5
    points = random.random((200_000, dimensions))
    inside = (points[:, None] <= boxes[None]).all(axis=2)
    assert hypervolume(boxes) == pytest.approx(inside.any(axis=1).mean(), abs=0.005)
    alone = (inside & (inside.sum(axis=1, keepdims=True) == 1)).mean(axis=0) / inside.any(axis=1).mean()
    assert exclusive_shares(boxes, random) == pytest.approx(alone, abs=0.01)


@pytest.mark.parametrize("dimensions", [3, 10])
def test_the_estimate_agrees_with_the_exact_shares(dimensions, monkeypatch):
    boxes = np.random.default_rng(1).random((9, dimensions))
    exact = exclusive_shares(boxes, np.random.default_rng(0))
    monkeypatch.setattr(module, "EXACT", 0)
    assert exclusive_shares(boxes, np.random.default_rng(0)) == pytest.approx(exact, abs=0.02)


def test_beyond_the_anchors_nothing_is_dominated():
    shares = exclusive_shares(np.array([[2.0, 0.5], [0.5, 1.0], [-1.0, 3.0]]), np.random.default_rng(0))
    assert shares == pytest.approx([0.25 / 0.75, 0.25 / 0.75, 0.0])


def test_duplicates_dominate_nothing_alone_and_nan_nothing_at_all():
    shares = exclusive_shares(np.array([[0.5, 0.5], [0.5, 0.5], [np.nan, 1.0]]), np.random.default_rng(0))
    assert shares.tolist() == [0.0, 0.0, 0.0]
    assert exclusive_shares(np.array([[0.5, 0.5], [np.nan, 1.0]]), np.random.default_rng(0)).tolist() == [1.0, 0.0]
    assert exclusive_shares(np.empty((0, 2)), np.random.default_rng(0)).shape == (0,)


def test_a_front_with_many_members_in_many_dimensions_is_estimated():
    boxes = np.random.default_rng(2).random((40, 8))
    shares = exclusive_shares(boxes, np.random.default_rng(0))
    assert (shares >= 0).all()
    assert 0 < shares.sum() <= 1
    assert exclusive_shares(boxes, np.random.default_rng(0)).tolist() == shares.tolist()
