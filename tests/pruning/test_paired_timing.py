"""Calls in turn by a clock that the models turn, and the interval of a median against its definition."""

from math import comb

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.pruning.feed_forward_share import feed_forward_share
from netwright.pruning.paired_timing import median_interval, time_in_turn
from netwright.records.errors import InputError
from netwright.structure.transformer.read import read_transformer

BATCH = {"input_ids": torch.zeros(1, 2)}


class Slow(nn.Module):
    def __init__(self, watch, seconds):
        super().__init__()
        self.watch, self.seconds = watch, seconds

    def forward(self, input_ids):
        self.watch.append(self)
        self.watch.now += int(self.seconds * 1e9)
        assert not self.training
        assert torch.is_inference_mode_enabled()
        return input_ids


class Watch(list):
    now = 0


def test_both_are_called_in_every_round_each_first_every_other_time():
    watch = Watch()
    slow, quick = Slow(watch, 3.0), Slow(watch, 2.0)
    timing = time_in_turn(slow, quick, BATCH, rounds=4, clock=lambda: watch.now)
    assert timing.before == (3.0,) * 4
    assert timing.after == (2.0,) * 4
    assert timing.speedup.value == 1.5
    rounds = [watch[at : at + 2] for at in range(0, len(watch), 2)]
    assert all({id(one) for one in pair} == {id(slow), id(quick)} for pair in rounds)
    assert [pair[0] is slow for pair in rounds[3:]] == [True, False, True, False]
    assert slow.training


@given(st.integers(1, 60))
def test_the_interval_holds_the_median_with_its_level_and_is_the_narrowest_that_does(n):
    found = median_interval([float(at) for at in range(1, n + 1)])
    rank = int(found.low)
    assert found.high == n + 1 - rank

    def missed(r):
        return 2 * sum(comb(n, i) for i in range(r)) / 2**n

    assert rank == 1 or missed(rank) <= 0.05
    assert 2 * (rank + 1) > n + 1 or missed(rank + 1) > 0.05


def test_the_share_is_the_time_between_the_first_map_and_the_last(bert, batches):
    # 2 s in each of two feed-forward networks, 6 s elsewhere
    state = {"now": 0.0}

    def turn(seconds):
        def hook(*_):
            state["now"] += seconds

        return hook

    for layer in bert.bert.encoder.layer:
        layer.intermediate.register_forward_hook(turn(2.0))
    bert.classifier.register_forward_hook(turn(6.0))
    found = feed_forward_share(read_transformer(bert), batches[0], rounds=2, clock=lambda: int(1e9 * state["now"]))
    assert found == pytest.approx(0.4)


def test_no_round_is_refused():
    with pytest.raises(InputError, match="rounds=0"):
        time_in_turn(nn.Identity(), nn.Identity(), BATCH, rounds=0)
