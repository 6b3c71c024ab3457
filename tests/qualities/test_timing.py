import gc

import pytest
import torch

from netwright.qualities.timing import time_calls, time_model
from netwright.records.errors import InputError

MS = 1e-3


def times(model, *, calls=10, seconds=1.0, threads=1):
    return time_model(model, torch.zeros(1), calls=calls, seconds=seconds, threads=threads, clock=model.clock)


def test_the_warm_up_swallows_the_slow_first_calls(ticking):
    model = ticking([400 * MS, 90 * MS, 50 * MS] + [10 * MS] * 9)
    timing = times(model, calls=10, seconds=100.0)
    assert timing.seconds == (0.01,) * 10
    assert timing.settled


def test_a_block_that_is_still_faster_prolongs_the_warm_up(ticking):
    model = ticking([30 * MS] * 3 + [20 * MS] * 3 + [10 * MS])
    timing = times(model, calls=1, seconds=2.0)
    assert timing.seconds == (0.01,)
    assert model.calls == 4 * 3 + 1  # two equal blocks end it


def test_the_warm_up_lasts_a_twentieth_of_the_time(ticking):
    model = ticking([1 * MS])
    times(model, calls=1, seconds=1.0)
    assert model.calls == 51 + 1  # 50 ms, in blocks of 3


def test_a_model_that_never_settles_is_noted(ticking):
    model = ticking([1.5**-i * 10 for i in range(100)])
    timing = times(model, calls=1, seconds=1.0)
    assert not timing.settled
    assert "not settled" in timing.notes[0]
    assert model.calls == 3 + 1  # the first block alone is longer than a quarter of the time


def test_time_ends_the_calls_but_not_before_five(ticking):
    assert len(times(ticking([100 * MS]), calls=1000, seconds=2.0).seconds) == 20
    assert len(times(ticking([10.0]), calls=1000, seconds=2.0).seconds) == 5
    assert len(times(ticking([10.0]), calls=2, seconds=2.0).seconds) == 2


def test_calls_are_made_in_evaluation_and_inference_mode_on_the_threads(ticking):
    model = ticking([1 * MS])
    times(model, calls=3, threads=2)
    assert set(model.seen) == {(False, True, 2)}
    assert model.training


def test_a_tuple_holds_the_arguments():
    class Sum(torch.nn.Module):
        def forward(self, left, right):
            self.total = left + right

    model, ticks = Sum(), iter(range(10**6))
    time_model(
        model, (torch.ones(1), torch.ones(1)), calls=1, seconds=1e-6, threads=1, clock=lambda: next(ticks) * 1000
    )
    assert model.total == 2


@pytest.mark.parametrize("running", [True, False])
def test_garbage_collection_is_held_and_given_back(ticking, running):
    model, held = ticking([1 * MS]), []
    model.register_forward_hook(lambda *_: held.append(gc.isenabled()))
    (gc.enable if running else gc.disable)()
    try:
        times(model, calls=3)
        assert gc.isenabled() == running
    finally:
        gc.enable()
    assert not any(held)


def test_an_error_of_the_model_leaves_everything_as_it_was():
    class Broken(torch.nn.Module):
        def forward(self, x):
            raise ZeroDivisionError

    model, threads = Broken(), torch.get_num_threads()
    with pytest.raises(ZeroDivisionError):
        time_model(model, torch.zeros(1), calls=1, seconds=1.0, threads=threads + 1, clock=lambda: 0)
    assert gc.isenabled()
    assert model.training
    assert torch.get_num_threads() == threads


def test_a_clock_too_coarse_to_see_a_call_still_ends(ticking):
    calls = 0

    def call():
        nonlocal calls
        calls += 1

    # the clock moves only every hundredth look
    looks = iter(range(10**6))
    timing = time_calls(call, calls=5, seconds=0.01, clock=lambda: next(looks) // 100 * 10**6)
    assert len(timing.seconds) == 5


@pytest.mark.parametrize(("calls", "seconds"), [(0, 1.0), (5, 0.0)])
def test_refuses_no_calls_and_no_time(ticking, calls, seconds):
    with pytest.raises(InputError, match=f"calls={calls}"):
        times(ticking([MS]), calls=calls, seconds=seconds)
