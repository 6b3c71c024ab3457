"""What every runner promises, tried on each of them."""

import asyncio
import math
import time
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.serving.execution.conftest import make_inline, make_two_workers, make_workers
from tests.serving.execution.steered_engines import RAISE, Bare, Mute, Steered, expected, rows

from netwright.records.errors import RequestError
from netwright.serving.settings import Settings

SETTINGS = Settings(batch=4, queue=100_000)


def later(seconds=60.0):
    return time.monotonic() + seconds


def same(found, inputs):
    wanted = expected(inputs)
    return np.array_equal(found.logits, wanted.logits) and np.array_equal(found.embedding, wanted.embedding)


@pytest.fixture(scope="module", params=[make_inline, make_workers, make_two_workers], ids=lambda make: make.__name__)
def lasting(request):
    """A loop, and a runner in it, for all examples of a property."""
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as loop:
        patch.syspath_prepend(request.config.rootpath)
        runner = request.param(Steered, SETTINGS)
        loop.run(runner.start())
        yield loop, runner
        loop.run(runner.stop(10.0))


@settings(max_examples=40)
@given(sizes=st.lists(st.integers(1, 19), min_size=1, max_size=25), pauses=st.data())
def test_every_sample_gets_its_own_answer_once(lasting, sizes, pauses):
    loop, runner = lasting
    cuts = np.cumsum([0, *sizes])
    requests = [rows(range(first, last)) for first, last in pairwise(cuts)]
    turns = pauses.draw(st.lists(st.integers(0, 5), min_size=len(sizes), max_size=len(sizes)))

    async def ask(inputs, wait):
        for _ in range(wait):
            await asyncio.sleep(0)
        return await runner.answer(inputs, later())

    async def ask_all():
        return await asyncio.gather(*map(ask, requests, turns))

    before = runner.counts.samples
    answers = loop.run(ask_all())
    assert all(map(same, answers, requests))
    assert runner.counts.samples - before == sum(sizes)
    assert runner.waiting == 0


def test_no_batch_is_larger_than_it_may_be_and_what_arrives_together_goes_together(make, seen, running):
    opener, asked = seen

    async def ask(runner):
        await asyncio.gather(*[runner.answer(rows([number]), later()) for number in range(8)])

    running(make(opener, SETTINGS), ask)
    assert sorted(asked()) == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_full_queue_refuses_at_once_and_says_when_to_come_back(make, seen, running):
    opener, asked = seen

    async def ask(runner):
        await runner.answer(rows([100]), later())
        assert runner.full() is None
        tasks = [asyncio.create_task(runner.answer(rows([number]), later())) for number in range(10)]
        await asyncio.sleep(0)
        assert runner.full() > 0
        return await asyncio.gather(*tasks, return_exceptions=True), runner.counts

    found, counts = running(make(opener, Settings(batch=2, queue=6)), ask)
    assert all(same(one, rows([number])) for number, one in enumerate(found[:6]))
    assert [(error.status, error.retry_after > 0) for error in found[6:]] == [(429, True)] * 4
    assert "its limit of 6" in str(found[6])
    assert sorted(chain(*asked())) == [0, 1, 2, 3, 4, 5, 100]
    assert (counts.accepted, counts.refused) == (7, 4)


def test_a_request_larger_than_the_queue_is_answered_where_nothing_waits(make, running):
    inputs = rows(range(30))

    async def ask(runner):
        first = asyncio.create_task(runner.answer(inputs, later()))
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as refused:
            await runner.answer(rows([1]), later())
        return await first, refused.value.status

    answers, status = running(make(Steered, Settings(batch=4, queue=8)), ask)
    assert same(answers, inputs)
    assert status == 429


def test_work_whose_deadline_has_passed_never_reaches_the_model(make, seen, running):
    opener, asked = seen

    async def ask(runner):
        deadlines = [later(), time.monotonic() - 1, math.inf, time.monotonic()]
        tasks = [runner.answer(rows([number]), deadline) for number, deadline in enumerate(deadlines)]
        return await asyncio.gather(*tasks, return_exceptions=True), runner.counts.expired, runner.waiting

    (first, second, third, fourth), expired, waiting = running(make(opener, SETTINGS), ask)
    assert same(first, rows([0]))
    assert same(third, rows([2]))
    assert (second.status, fourth.status) == (504, 504)
    assert (expired, waiting) == (2, 0)
    assert sorted(chain(*asked())) == [0, 2]


def test_a_stop_answers_what_waits_and_takes_nothing_new(make):
    async def ask():
        runner = make(Steered, SETTINGS)
        assert not runner.ready
        with pytest.raises(RequestError, match="not running"):
            await runner.answer(rows([1]), later())
        await runner.start()
        assert runner.ready
        tasks = [asyncio.create_task(runner.answer(rows([number]), later())) for number in range(20)]
        await asyncio.sleep(0)
        await runner.stop(30.0)
        with pytest.raises(RequestError) as closed:
            await runner.answer(rows([1]), later())
        assert not runner.ready
        return await asyncio.gather(*tasks), closed.value.status

    answers, status = asyncio.run(ask())
    assert all(same(one, rows([number])) for number, one in enumerate(answers))
    assert status == 503


def test_a_stop_without_time_leaves_no_request_hanging(make):
    async def ask():
        runner = make(Steered, SETTINGS)
        await runner.start()
        tasks = [asyncio.create_task(runner.answer(rows(range(9)), later())) for _ in range(5)]
        await asyncio.sleep(0)
        await runner.stop(0.0)
        return await asyncio.gather(*tasks, return_exceptions=True)

    # what was computed in this turn may still have been answered
    found = asyncio.run(ask())
    assert {error.status for error in found if isinstance(error, RequestError)} == {503}
    assert all(isinstance(one, RequestError) or same(one, rows(range(9))) for one in found)


def test_a_stop_can_be_repeated_and_needs_no_start(make):
    async def ask():
        runner = make(Steered, SETTINGS)
        await runner.stop(1.0)
        await runner.start()
        await runner.stop(1.0)
        await runner.stop(1.0)
        return runner.ready

    assert not asyncio.run(ask())


def test_a_request_that_its_client_gave_up_leaves_the_queue(make, running):
    async def ask(runner):
        tasks = [asyncio.create_task(runner.answer(rows([number]), later())) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(found[1], asyncio.CancelledError)
        return found[0], found[2], runner.waiting

    first, third, waiting = running(make(Steered, SETTINGS), ask)
    assert same(first, rows([0]))
    assert same(third, rows([2]))
    assert waiting == 0


def test_a_request_that_the_model_cannot_bear_fails_alone(make, running, caplog):
    async def ask(runner):
        tasks = [runner.answer(rows([number]), later()) for number in (1, RAISE, 2)]
        found = await asyncio.gather(*tasks, return_exceptions=True)
        return found, await runner.answer(rows([3]), later()), runner.waiting

    (first, bad, second), after, waiting = running(make(Steered, SETTINGS), ask)
    assert same(first, rows([1]))
    assert same(second, rows([2]))
    assert same(after, rows([3]))
    assert (bad.status, waiting) == (503, 0)
    assert "a bad sample" in caplog.text


def test_answers_that_do_not_match_their_samples_reach_nobody(make, running):
    async def ask(runner):
        return await asyncio.gather(*[runner.answer(rows([1, 2]), later()) for _ in range(2)], return_exceptions=True)

    assert [error.status for error in running(make(Mute, SETTINGS), ask)] == [503, 503]


def test_inputs_that_fit_in_no_array_together_are_not_put_together(make, running):
    requests = [rows([1], width=3), rows([2], width=5), rows([3], width=3).astype(np.uint8), rows([4], width=3)]

    async def ask(runner):
        return await asyncio.gather(*[runner.answer(inputs, later()) for inputs in requests])

    assert all(map(same, running(make(Steered, SETTINGS), ask), requests))


def test_inputs_that_do_not_lie_in_one_piece_are_answered_too(make, running):
    inputs = rows(range(8))[::2]
    assert same(running(make(Steered, SETTINGS), lambda runner: runner.answer(inputs, later())), inputs)


def test_a_model_without_an_embedding_stays_without_one_in_several_batches(make, running):
    found = running(make(Bare, SETTINGS), lambda runner: runner.answer(rows(range(10)), later()))
    assert found.embedding is None
    assert np.array_equal(found.logits, expected(rows(range(10))).logits)


def test_a_request_without_samples_is_told_so(make, running):
    with pytest.raises(RequestError, match="no samples") as error:
        running(make(Steered, SETTINGS), lambda runner: runner.answer(rows([]), later()))
    assert error.value.status == 400
