import asyncio
import time

import numpy as np
import pytest

from netwright.records.errors import RequestError
from netwright.serving.engine import Answers
from netwright.serving.engines.constant_engine import ConstantEngine
from netwright.serving.routing.breaker import FAILURES
from netwright.serving.routing.fallback import Fallback

CONSTANT = ConstantEngine((0.2, 0.3, 0.5))


def chain(*upstreams):
    return Fallback(upstreams, CONSTANT, "v1")


def ask(fallback, fakes, deadline=float("inf")):
    return asyncio.run(fallback.answer(fakes.inputs, deadline))


def test_main_answers_while_it_can(fakes):
    main, second = fakes.upstream(says=1), fakes.upstream("fallback", says=2)
    answered = ask(chain(main, second), fakes, deadline=5.0)
    assert (answered.model, answered.version, answered.route) == ("main", "v1", "main")
    assert answered.answers.logits.argmax(1).tolist() == [1, 1]
    assert main.runner.asked == [(2, 5.0)]
    assert second.runner.asked == []


def test_the_next_best_answers_where_main_fails(fakes):
    answered = ask(chain(fakes.upstream(status=503), fakes.upstream("fallback", says=2)), fakes)
    assert (answered.model, answered.route) == ("fallback", "fallback")
    assert answered.answers.logits.argmax(1).tolist() == [2, 2]


def test_the_constant_answers_where_none_can(fakes):
    fallback = chain(fakes.upstream(status=503), fakes.upstream("fallback", status=503))
    answered = ask(fallback, fakes)
    assert (answered.model, answered.version, answered.route) == ("constant", "v1", "constant")
    shares = np.exp(answered.answers.logits[0])
    assert shares == pytest.approx([0.2, 0.3, 0.5])
    assert ask(chain(), fakes).route == "constant"


@pytest.mark.parametrize("status", [400, 429, 504])
def test_what_is_no_failure_of_the_model_is_told(fakes, status):
    second = fakes.upstream("fallback")
    with pytest.raises(RequestError) as caught:
        ask(chain(fakes.upstream(status=status), second), fakes)
    assert caught.value.status == status
    assert caught.value.retry_after == (0.5 if status == 429 else None)
    assert second.runner.asked == []


def test_a_dead_main_is_not_waited_for(fakes):
    main = fakes.upstream(ready=False)
    assert ask(chain(main, fakes.upstream("fallback")), fakes).route == "fallback"
    assert main.runner.asked == []
    main.runner.ready = True
    assert ask(chain(main, fakes.upstream("fallback")), fakes).route == "main"


def test_the_request_in_flight_when_main_dies_gets_the_next_best(fakes):
    async def scene():
        main = fakes.upstream(gate=asyncio.Event())
        task = asyncio.create_task(chain(main, fakes.upstream("fallback")).answer(fakes.inputs, float("inf")))
        while not main.runner.asked:
            await asyncio.sleep(0)
        main.runner.status, main.runner.ready = 503, False
        main.runner.gate.set()
        return await task

    assert asyncio.run(scene()).route == "fallback"


def test_a_main_that_fails_again_and_again_is_left_alone(fakes, monkeypatch, caplog):
    main = fakes.upstream(status=503)
    fallback = chain(main, fakes.upstream("fallback"))
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    async def scene():
        for _ in range(50):
            assert (await fallback.answer(fakes.inputs, float("inf"))).route == "fallback"
        assert len(main.runner.asked) == FAILURES
        assert not main.ready
        assert fallback.ready
        assert not chain(main).ready
        now[0] = 0.999
        assert not main.ready
        # with nobody behind it, a model that is never ready again would never be asked again
        now[0] = 1.0
        assert chain(main).ready
        now[0], main.runner.status = 10.0, 200
        assert (await fallback.answer(fakes.inputs, float("inf"))).route == "main"
        assert main.ready

    asyncio.run(scene())
    # told once when it begins and once when it is over, not at every request
    assert len(caplog.records) == 2


def test_ready_means_that_a_model_can_answer(fakes):
    main, second = fakes.upstream(), fakes.upstream("fallback")
    fallback = chain(main, second)
    assert fallback.ready
    main.runner.ready = False
    assert fallback.ready
    second.runner.ready = False
    assert not fallback.ready
    assert not chain().ready


def test_full_is_what_the_model_that_would_answer_says(fakes):
    main, second = fakes.upstream(room=1.5), fakes.upstream("fallback")
    fallback = chain(main, second)
    assert fallback.full() == 1.5
    main.runner.ready = False
    assert fallback.full() is None
    second.runner.room = 0.5
    assert fallback.full() == 0.5
    second.runner.ready = False
    assert fallback.full() is None


def test_what_is_no_number_is_no_answer(fakes):
    main, second = fakes.upstream(), fakes.upstream("fallback", says=2)

    async def no_number(inputs, deadline):
        return Answers(np.full((len(inputs), 3), np.nan, np.float32))

    main.runner.answer = no_number
    answered = ask(chain(main, second), fakes)
    assert (answered.model, answered.route) == ("fallback", "fallback")
