import pytest
from pydantic import ValidationError

from netwright.records.rollout import Rollout, RolloutStream


def stream(respect="errors", canary=50, no_worse=1.0):
    return RolloutStream(
        respect=respect,
        tolerance=0.01,
        main=950,
        main_bad=1,
        canary=canary,
        canary_bad=9,
        worse=812.0,
        no_worse=no_worse,
    )


def rollout(*streams, **other):
    facts = {"main": "v1", "canary": "v2", "asked": 0.05, "share": 0.05, "stage": "running", "alpha": 0.01, "time": 1.0}
    return Rollout(**(facts | {"streams": streams} | other))


def test_it_comes_back_from_json():
    one = rollout(stream(), reason="because", stage="rolled back", share=0.0)
    assert Rollout.from_json(one.to_json()) == one


def test_it_prints_as_a_table():
    assert str(rollout(stream())).splitlines() == [
        "bad     main v1   canary v2  tolerance  e worse  e no worse",
        "errors  1 of 950  9 of 50    1.0%       812      1",
    ]


@pytest.mark.parametrize(
    ("streams", "expected"),
    [
        ((), False),
        ((stream(no_worse=99.0),), False),
        ((stream(no_worse=100.0),), True),
        ((stream(no_worse=100.0), stream("slow", no_worse=99.0)), False),
        # labels may never come: a respect that nobody could look at says nothing
        ((stream(no_worse=100.0), stream("wrong", canary=0)), True),
    ],
)
def test_no_worse_needs_evidence_in_every_respect_that_was_seen(streams, expected):
    assert rollout(*streams).no_worse is expected


@pytest.mark.parametrize("other", [{"share": 1.5}, {"asked": -0.1}, {"stage": "paused"}, {"alpha": 0.0}])
def test_nonsense_is_refused(other):
    with pytest.raises(ValidationError):
        rollout(**other)
