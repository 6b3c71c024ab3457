import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.origin_order import origin_order

seeds = st.integers(0, 10**6)
clips = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=90).map(
    lambda pairs: torch.tensor(pairs).T
)


@given(clips, seeds)
def test_an_order_is_a_permutation_deterministic_and_keeps_origins_together(pairs, seed):
    labels, origins = pairs
    order = origin_order(labels, origins, seed)
    assert sorted(order.tolist()) == list(range(len(labels)))
    assert torch.equal(order, origin_order(labels, origins, seed))
    runs, _ = origins[order].unique_consecutive(return_inverse=True)
    assert len(runs) == len(origins.unique())


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 7)), min_size=1, max_size=30), seeds)
def test_of_origins_of_one_class_none_runs_ahead_by_a_whole_origin(sizes, seed):
    labels = torch.tensor([label for label, size in sizes for _ in range(size)])
    origins = torch.tensor([100 - place for place, (_, size) in enumerate(sizes) for _ in range(size)])
    order = origin_order(labels, origins, seed)
    ends = origins[order].unique_consecutive(return_counts=True)[1].cumsum(0)
    largest = max(size for _, size in sizes)
    for end in ends.tolist():
        for label in labels.unique():
            share = (labels == label).double().mean()
            assert (labels[order[:end]] == label).sum() - end * share < largest + 1e-9


def test_the_seed_changes_which_origin_comes_first():
    labels, origins = torch.arange(60) % 3, torch.arange(60) // 6
    assert len({int(origins[origin_order(labels, origins, seed)[0]]) for seed in range(20)}) > 3


def test_nothing_has_an_empty_order():
    nothing = torch.zeros(0, dtype=torch.int64)
    assert origin_order(nothing, nothing, 0).tolist() == []
