import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwright.data.split import draw, nested_order, validation_indices
from netwright.records.errors import DataError
from netwright.records.scenario import Design

labels_strategy = st.lists(st.integers(0, 6), min_size=1, max_size=120).map(torch.tensor)
seeds = st.integers(0, 10**6)


@given(labels_strategy, seeds)
def test_an_order_is_a_permutation_and_deterministic(labels, seed):
    order = nested_order(labels, seed)
    assert order.dtype == torch.int64
    assert sorted(order.tolist()) == list(range(len(labels)))
    assert torch.equal(order, nested_order(labels, seed))


@given(labels_strategy, seeds)
def test_every_beginning_is_as_balanced_as_the_whole(labels, seed):
    ordered = labels[nested_order(labels, seed)]
    ideal = torch.arange(1, len(labels) + 1).double()
    for label in labels.unique():
        share = (labels == label).double().mean()
        assert ((ordered == label).cumsum(0) - ideal * share).abs().max() < 1


def test_many_small_classes_beside_a_large_one_stay_balanced():
    # rounding each class by itself fails here: all nine small ones would come at once
    labels = torch.tensor([0] * 910 + [k for k in range(1, 10) for _ in range(10)])
    ordered = labels[nested_order(labels, 0)]
    ideal = torch.arange(1, len(labels) + 1) * 0.91
    assert ((ordered == 0).cumsum(0) - ideal).abs().max() < 1


def test_seeds_change_images_and_precedence():
    labels = torch.arange(100) % 10
    orders = [nested_order(labels, seed) for seed in range(20)]
    assert len({tuple(order.tolist()) for order in orders}) == 20
    assert len({int(labels[order[0]]) for order in orders}) > 3


def test_an_empty_order():
    assert nested_order(torch.zeros(0, dtype=torch.int64), 0).tolist() == []


@given(labels_strategy, st.integers(0, 130))
def test_a_held_out_part_is_stratified_ascending_and_grows(labels, count):
    part = validation_indices(labels, count)
    assert len(part) == min(count, len(labels))
    assert part.tolist() == sorted(set(part.tolist()))
    assert set(part.tolist()) <= set(validation_indices(labels, count + 1).tolist())
    for label in labels.unique():
        share = (labels == label).double().mean()
        assert abs((labels[part] == label).sum() - len(part) * share) < 1


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=30, max_size=80), seeds, seeds, st.integers(1, 10), st.data())
def test_draws_are_nested_disjoint_and_share_the_held_out_parts(toy, labels, seed, other, validation, data):
    dataset = toy(labels, labels[:17], classes=4)
    design = Design(sizes=(2, 20), validation=validation, test=9)
    small, large = sorted(data.draw(st.tuples(st.integers(1, 20), st.integers(1, 20))))
    first, second = draw(dataset, design, seed, small), draw(dataset, design, seed, large)
    third = draw(dataset, design, other, large)
    assert first.train.tolist() == second.train.tolist()[:small]
    assert len(set(second.train.tolist())) == large
    assert not set(second.train.tolist()) & set(second.validation.tolist())
    assert len(second.validation) == validation
    assert torch.equal(second.validation, third.validation)
    assert torch.equal(first.test, third.test)
    assert len(first.test) == 9


def test_rows_are_drawn_like_images(toy, rows):
    labels, design = [0] * 95 + [1] * 5, Design(sizes=(20,), validation=20)
    images, table = (draw(make(labels, [0, 1]), design, 4, 60) for make in (toy, rows))
    assert torch.equal(images.train, table.train)
    assert [int((torch.tensor(labels)[part] == 1).sum()) for part in (table.train, table.validation)] == [3, 1]


def test_without_a_limit_the_test_part_is_whole(toy):
    dataset = toy([0, 1] * 10, [0, 1, 1])
    assert draw(dataset, Design(sizes=(2,), validation=2), 0, 2).test.tolist() == [0, 1, 2]


def test_a_size_beyond_the_pool_is_told(toy):
    dataset = toy([0, 1] * 5, [0, 1])
    with pytest.raises(DataError, match=r"10 training images, 4 of them held out .* at most 6"):
        draw(dataset, Design(sizes=(2,), validation=4), 0, 7)


def test_an_order_stands_for_ever():
    # studies are repeated by seed: a change here changes their images
    assert nested_order(torch.arange(12) % 3, 0).tolist() == [4, 8, 3, 10, 5, 9, 7, 2, 0, 1, 11, 6]
