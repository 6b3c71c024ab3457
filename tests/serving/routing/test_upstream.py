import asyncio

import pytest

from netwright.records.errors import RequestError
from netwright.serving.routing.breaker import FAILURES


def ask(upstream, fakes, times=1):
    async def scene():
        for _ in range(times):
            with pytest.raises(RequestError):
                await upstream.answer(fakes.inputs, float("inf"))

    asyncio.run(scene())


def test_failures_of_a_model_that_is_there_open_its_breaker(fakes):
    upstream = fakes.upstream(status=503)
    ask(upstream, fakes, FAILURES - 1)
    assert upstream.ready
    ask(upstream, fakes)
    assert not upstream.ready
    assert not upstream.allows()


def test_a_model_that_was_gone_is_used_as_soon_as_it_is_back(fakes):
    upstream = fakes.upstream(status=503, ready=False)
    ask(upstream, fakes, 3 * FAILURES)
    assert not upstream.allows()
    upstream.runner.ready = True
    assert upstream.allows()
    assert upstream.ready


@pytest.mark.parametrize("status", [400, 429, 504])
def test_what_the_caller_or_the_load_brought_about_opens_nothing(fakes, status):
    upstream = fakes.upstream(status=status)
    ask(upstream, fakes, 3 * FAILURES)
    assert upstream.ready
