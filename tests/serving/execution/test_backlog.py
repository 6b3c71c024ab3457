import asyncio
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serving.execution.steered_engines import rows

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.execution.backlog import Backlog
from netwright.serving.execution.pace import WEIGHT, Pace
from netwright.serving.execution.pending import Pending, gathered, spread

moves = st.lists(st.tuples(st.sampled_from(["add", "take", "leave", "expire"]), st.integers(1, 12)), max_size=60)


@given(moves, st.integers(1, 20))
def test_its_counts_are_those_of_a_plain_list(moves, limit):
    """A list of what waits, sample by sample, is the reference."""
    with asyncio.Runner() as loop:
        _compare(Backlog("it", limit), moves, limit, loop.get_loop())


def _compare(backlog, moves, limit, loop):
    waiting, number = [], 0
    for move, size in moves:
        if move == "add":
            pending = Pending(rows(range(number, number + size)), math.inf, loop.create_future())
            fits = not waiting or len(waiting) + size <= limit
            if fits:
                backlog.add(pending)
                waiting += [(pending, value) for value in range(number, number + size)]
            else:
                with pytest.raises(RequestError):
                    backlog.add(pending)
            number += size
        elif move == "take":
            pieces = backlog.take(size)
            batch, waiting = waiting[:size], waiting[size:]
            assert (gathered(pieces)[:, 0].tolist() if pieces else []) == [value for _, value in batch]
            backlog.done(pieces, 0.1) if pieces else None
        elif waiting:
            pending = waiting[size % len(waiting)][0]
            if move == "expire":
                backlog.expire(pending)
                assert pending.future.exception().status == 504
            backlog.leave(pending)
            waiting = [(other, value) for other, value in waiting if other is not pending]
        assert backlog.queued == len(waiting)
        assert backlog.computing == 0
        assert (backlog.full() is None) == (len(waiting) < limit)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), st.randoms())
def test_answers_find_their_request_in_whatever_order_batches_return(sizes, random):
    with asyncio.Runner() as loop:
        backlog, number, requests = Backlog("it", 1000), 0, []
        for size in sizes:
            requests.append(Pending(rows(range(number, number + size)), math.inf, loop.get_loop().create_future()))
            backlog.add(requests[-1])
            number += size
        batches = []
        while pieces := backlog.take(4):
            batches.append(pieces)
        random.shuffle(batches)
        for pieces in batches:
            spread(pieces, Answers(gathered(pieces)))
        for request in requests:
            assert np.array_equal(request.future.result().logits, request.inputs)


@given(st.lists(st.tuples(st.integers(1, 16), st.floats(1e-6, 10)), min_size=1, max_size=30))
def test_the_pace_is_the_weighted_sum_of_all_batches(batches):
    pace = Pace()
    for samples, seconds in batches:
        pace.note(samples, seconds)
    each = [seconds / samples for samples, seconds in batches]
    last = len(each) - 1
    weights = [(1 - WEIGHT) ** last, *(WEIGHT * (1 - WEIGHT) ** (last - place) for place in range(1, last + 1))]
    assert pace.seconds == pytest.approx(sum(weight * one for weight, one in zip(weights, each, strict=True)))
    assert pace.fastest == min(each)


def test_nothing_is_promised_before_anything_was_measured():
    pace = Pace()
    assert pace.until(5) is None
    pace.note(1, 2.0)
    assert (pace.until(5), pace.until(5, workers=2), pace.until(0)) == (10.0, 5.0, 0.001)
