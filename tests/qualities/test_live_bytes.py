import gc

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from netwright.qualities.live_bytes import LiveBytes

FLOAT = 4


def test_what_is_freed_does_not_count_any_more():
    with LiveBytes([]) as live:
        first = torch.ones(100)
        assert live.now == 100 * FLOAT
        second = first + 1
        assert live.now == 200 * FLOAT
        del first
        assert live.now == 100 * FLOAT
        third = torch.ones(50)
    assert (live.now, live.peak) == (150 * FLOAT, 200 * FLOAT)
    assert len(second) + len(third) == 150


def test_views_changes_in_place_and_what_was_there_before_are_free():
    weight = torch.ones(10, 10)
    with LiveBytes([weight]) as live:
        weight.reshape(5, 20).t()[0].add_(1)
        weight.mul_(2)
    assert live.peak == 0


def test_an_address_that_is_used_again_counts_again():
    with LiveBytes([]) as live:
        for _ in range(5):
            torch.ones(1000)
            assert live.now == 0
    assert live.peak == 1000 * FLOAT


def test_a_graph_holds_what_its_backward_pass_needs():
    x, weight = torch.ones(8, 100), torch.ones(100, 100, requires_grad=True)
    with LiveBytes([x, weight]) as live:
        hidden = x @ weight
        squares = hidden * hidden
        del hidden
        gc.collect()
        assert live.now == 2 * 800 * FLOAT  # the product keeps what it multiplied
        squares.sum().backward()
        del squares
    assert live.now == weight.numel() * FLOAT  # its gradient


@pytest.mark.parametrize("fake", [True, False])
def test_tensors_without_numbers_count_like_others(fake):
    def work():
        x = torch.zeros(16, 32)
        for _ in range(3):
            x = torch.relu(x @ torch.zeros(32, 32)) + x
        return x

    with FakeTensorMode() if fake else torch.no_grad(), LiveBytes([]) as live:
        work()
    # in the sum: x, the result of relu, and the new one; in the product x, the matrix and the product
    assert live.peak == max(3 * 16 * 32, 2 * 16 * 32 + 32 * 32) * FLOAT
