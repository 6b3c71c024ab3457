import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwright.data.split import draw, held_out, nested_order, the_rest, validation_indices
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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=12, max_size=90), seeds, st.data())
def test_no_origin_is_validated_on_and_trained_on(videos_of_origins, pairs, seed, data):
    dataset = videos_of_origins(pairs)
    design = Design(sizes=(2,), validation=data.draw(st.integers(1, len(pairs))))
    validation, pool = held_out(dataset, design)
    assert len(validation) == design.validation
    assert not set(dataset.train_origins[validation].tolist()) & set(dataset.train_origins[pool].tolist())
    # nothing is given away: whoever is in neither part is of an origin that is validated on
    left = the_rest(len(pairs), torch.cat([validation, pool]))
    assert set(dataset.train_origins[left].tolist()) <= set(dataset.train_origins[validation].tolist())
    sizes = sorted(data.draw(st.tuples(*[st.integers(0, len(pool))] * 2)))
    first, second = (draw(dataset, design, seed, size) for size in sizes)
    assert first.train.tolist() == second.train.tolist()[: sizes[0]]
    assert set(second.train.tolist()) <= set(pool.tolist())
    assert torch.equal(first.validation, draw(dataset, design, seed + 1, sizes[0]).validation)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=2, max_size=60), st.integers(0, 60))
def test_a_held_out_part_of_origins_grows_and_takes_one_after_the_other(pairs, count):
    labels, origins = torch.tensor(pairs).T
    part = validation_indices(labels, count, origins)
    assert part.tolist() == sorted(set(part.tolist()))
    assert len(part) == min(count, len(labels))
    assert set(part.tolist()) <= set(validation_indices(labels, count + 1, origins).tolist())
    whole = [torch.isin((origins == origin).nonzero().flatten(), part) for origin in origins[part].unique()]
    assert sum(not bool(taken.all()) for taken in whole) <= 1


def test_a_trial_larger_than_what_other_origins_leave_is_refused(videos_of_origins):
    dataset = videos_of_origins([(place % 5, place // 10) for place in range(40)])
    design = Design(sizes=(5,), validation=11)
    assert len(held_out(dataset, design)[1]) == 20
    with pytest.raises(DataError, match=r"40 training videos, 20 of them held out .* cannot train on 25; .* most 20"):
        draw(dataset, design, 0, 25)
