from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities import fairness
from netwright.qualities.fairness import GroupShare, measure, share_gap
from netwright.records.errors import InputError


def groups_of(*shares_and_sizes):
    happened = torch.cat([torch.arange(n) < round(share * n) for share, n in shares_and_sizes])
    groups = torch.cat([torch.full((n,), code) for code, (_, n) in enumerate(shares_and_sizes)])
    return happened, groups


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(10, 60)), min_size=2, max_size=5), st.randoms())
def test_is_the_largest_difference_of_any_pair_in_any_order(shares_and_sizes, random):
    happened, groups = groups_of(*shares_and_sizes)
    shares = [happened[groups == code].double().mean().item() for code in range(len(shares_and_sizes))]
    order = list(range(len(happened)))
    random.shuffle(order)
    found = share_gap("fairness.accuracy_gap", happened[order], groups[order])
    assert found.value == pytest.approx(max(abs(one - other) for one in shares for other in shares))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_interval_of_two_groups_is_newcombes():
    # Newcombe 1998, table II, contrast (a): 56/70 - 48/80, method 10, at 95%: 0.0524 to 0.3339
    ends = fairness._difference_interval(GroupShare("a", 56, 70), GroupShare("b", 48, 80), NormalDist().inv_cdf(0.975))
    assert ends == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("shares", "sizes"), [((0.8, 0.8), (100, 100)), ((0.9, 0.8), (200, 50)), ((0.9, 0.85, 0.7), (100, 60, 40))]
)
def test_the_interval_covers_at_its_level_or_more(shares, sizes):
    rng = np.random.default_rng(0)
    groups = torch.from_numpy(np.repeat(np.arange(len(sizes)), sizes))
    truth, held = max(shares) - min(shares), 0
    for _ in range(300):
        happened = np.concatenate([rng.random(n) < share for share, n in zip(shares, sizes, strict=True)])
        found = share_gap("fairness.accuracy_gap", torch.from_numpy(happened), groups)
        held += found.low <= truth <= found.high
    assert held / 300 >= 0.86


def test_the_same_everywhere_is_no_gap_and_not_certain():
    found = share_gap("fairness.accuracy_gap", *groups_of((1.0, 30), (1.0, 30)))
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0.05 < found.high < 0.2


def test_small_groups_are_left_out_and_named():
    found = share_gap("fairness.accuracy_gap", *groups_of((0.9, 50), (0.5, 50), (0.0, 9)), names=("a", "b", "few"))
    assert found.value == pytest.approx(0.4)
    assert found.n == 100
    assert found.notes == (
        "lowest: b 0.500 (n = 50); highest: a 0.900 (n = 50)", "left out, with fewer than 10 samples: few (9)",
    )  # fmt: skip
    with pytest.raises(InputError, match="found 1 groups"):
        share_gap("fairness.accuracy_gap", *groups_of((0.9, 50), (0.5, 9)))


def test_refuses_groups_of_other_samples():
    with pytest.raises(InputError, match=r"\(5,\) answers and \(4,\) groups"):
        share_gap("fairness.accuracy_gap", torch.ones(5, dtype=torch.bool), torch.zeros(4, dtype=torch.int64))


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_accuracy_and_positive_rate_of_two_classes(evidence):
    # the young: 60 of 100 right, 50 called 1; the old: 100 of 100 right, 20 called 1
    labels = torch.tensor([1] * 30 + [0] * 70 + [1] * 20 + [0] * 80)
    called = torch.tensor([1] * 20 + [0] * 10 + [1] * 30 + [0] * 40 + [1] * 20 + [0] * 80)
    found = measure(
        replace(
            evidence, labels=labels, probabilities=torch.eye(2)[called], groups=torch.arange(200) // 100,
        )
    )  # fmt: skip
    assert [round(one.value, 6) for one in found] == [0.4, 0.3]
    assert found[0].notes[0] == "lowest: young 0.600 (n = 100); highest: old 1.000 (n = 100)"
    assert found[1].notes[0] == "lowest: old 0.200 (n = 100); highest: young 0.500 (n = 100)"


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_says_so_where_there_is_nothing_to_compare(evidence, bare):
    assert all("names no group" in one.reason for one in measure(bare))
    alone = replace(evidence, groups=torch.zeros(200, dtype=torch.int64))
    assert all("fewer than two groups" in one.reason for one in measure(alone))
    gap, rate = measure(evidence)
    assert gap.unit == "ratio"
    assert "3 classes" in rate.reason
