"""What every watch promises, for all of them; and what each sees."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from netwright.monitoring.triggers.catalog import watches
from netwright.monitoring.triggers.drift_watch import DriftWatch
from netwright.monitoring.triggers.hardware_watch import HardwareWatch
from netwright.monitoring.triggers.samples_watch import SamplesWatch
from netwright.monitoring.triggers.share_watch import ShareWatch, SlowerThan, wrong
from netwright.monitoring.triggers.unwatched import Unwatched
from netwright.monitoring.triggers.watch import News, nothing_new
from netwright.records.candidate import Candidate
from netwright.records.decision import Assessment, Decision, Trigger
from netwright.records.measurement import Conditions, Measurement
from netwright.records.monitor import TriggerState
from netwright.records.scenario import Design, Preferences, Scenario


def news(time, latencies=(), right=(), **facts):
    return News(
        time, np.array(latencies, float), np.full(len(latencies), time), np.array(right, bool),
        np.full(len(right), time), **facts,
    )  # fmt: skip


SLOW = ShareWatch("slow", 0.01, "slow answers", SlowerThan(0.1))
WRONG = ShareWatch("wrong", 0.2, "wrong answers", wrong)
MEMBERS = {
    "latency": (SLOW, news(5, [0.2] * 50)),
    "accuracy": (WRONG, news(5, right=[False] * 50)),
    "samples": (SamplesWatch("data", 100, studied=60), news(5, labelled=41)),
    "drift": (DriftWatch("drift"), news(5, drifted=("brightness",), compared=9)),
    "hardware": (HardwareWatch("machine", ("2 cores",)), news(5, hardware="4 cores")),
}
QUIET = news(1, [0.01] * 2000, [True] * 2000, labelled=3, compared=2000, hardware="2 cores")
every = pytest.mark.parametrize(("watch", "bad"), MEMBERS.values(), ids=MEMBERS)


@every
def test_quiet_news_do_not_fire_and_bad_news_do(watch, bad):
    quiet = watch.observe(watch.start(), QUIET)
    fired = watch.observe(quiet, bad)
    assert quiet.standing in {"holds", "watching"}
    assert (quiet.since, fired.since) == (None, 5)
    assert fired.standing == "fired"
    assert fired.detail


@every
def test_what_has_fired_stays_so(watch, bad):
    fired = watch.observe(watch.start(), bad)
    after = watch.observe(fired, QUIET._replace(time=9.0))
    assert (after.standing, after.since) == ("fired", fired.since)


@every
def test_the_state_is_all_that_is_remembered(watch, bad):
    states = [watch.start()]
    for one in (QUIET, bad, QUIET):
        states.append(watch.observe(TriggerState.from_json(states[-1].to_json()), one))
    again = [watch.start()]
    for one in (QUIET, bad, QUIET):
        again.append(watch.observe(again[-1], one))
    assert states == again
    assert all(later.text == earlier.text for earlier, later in pairwise(states))


@every
def test_nothing_new_is_nothing_new(watch, bad):
    quiet = watch.observe(watch.start(), QUIET)
    unknown = nothing_new(2)._replace(labelled=3, compared=2000)
    assert watch.observe(quiet, unknown) == quiet


def test_a_condition_that_cannot_be_watched_says_why():
    watch = Unwatched("fairness", "no groups")
    assert watch.observe(watch.start(), QUIET).standing == "cannot be watched"
    assert watch.start().detail == "no groups"


def test_the_moment_is_that_of_the_observation_that_crossed():
    times = np.arange(100.0)
    right = np.arange(100) < 50
    told = nothing_new(100)._replace(right=right, right_times=times)
    fired = WRONG.observe(WRONG.start(), told)
    assert fired.evidence is not None
    assert fired.since == fired.evidence.crossed - 1
    assert 50 < fired.since < 70


def test_enough_good_answers_say_that_it_holds():
    good = WRONG.observe(WRONG.start(), news(1, right=[True] * 500))
    few = WRONG.observe(WRONG.start(), news(1, right=[True] * 5))
    assert (good.standing, few.standing) == ("holds", "watching")
    assert "0.00% of 500" in good.detail


def decision(*triggers):
    timed = Measurement(
        quality="latency.p99", value=0.1, low=0.1, high=0.1, n=9, unit="s", conditions=Conditions(hardware="2 cores")
    )
    scenario = Scenario(
        name="s", task="image-classification", data="none", design=Design(sizes=(10, 60), seeds=1),
        candidates=(Candidate(name="mlp", model="mlp"),), constraints=(), preferences=Preferences(order=("accuracy",)),
    )  # fmt: skip
    chosen = Assessment(name="mlp", status="chosen", reason="r", measurements=(timed,))
    return Decision(
        scenario=scenario, scenario_hash="0", chosen="mlp", summary=(), candidates=(chosen,), revisit_when=triggers
    )


def test_the_catalog_gives_each_condition_its_watch():
    made = watches(
        decision(
            Trigger(text="a", kind="quality", quality="accuracy", relation=">=", bound=0.8, unit="ratio"),
            Trigger(text="b", quality="latency.p99", relation="<=", bound=0.1, unit="s"),
            Trigger(text="c", kind="samples", samples=100.0),
            Trigger(text="d", kind="drift"),
            Trigger(text="e", kind="hardware"),
        )
    )
    assert made[0] == WRONG.__class__("a", pytest.approx(0.2), "wrong answers", wrong)
    assert (made[1].limit, made[1].looked) == (pytest.approx(0.01), SlowerThan(0.1))
    assert made[2:] == (SamplesWatch("c", 100, 60), DriftWatch("d"), HardwareWatch("e", ("2 cores",)))


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        (Trigger(text="x"), "in words only"),
        (Trigger(text="x", kind="samples"), "in words only"),
        (Trigger(text="x", kind="candidate"), "does not run this candidate"),
        (Trigger(text="x", quality="macro_f1", relation=">=", bound=0.5), "macro_f1 is not seen"),
        (Trigger(text="x", quality="latency.stream.p99", relation="<=", bound=0.5), "not seen in production"),
        (Trigger(text="x", quality="accuracy", relation="<=", bound=0.5), "not seen in production"),
        (Trigger(text="x", quality="accuracy"), "no bound"),
    ],
)
def test_what_production_does_not_see_is_told(trigger, why):
    (made,) = watches(decision(trigger))
    assert isinstance(made, Unwatched)
    assert why in made.start().detail


def test_a_decision_without_a_choice_names_no_machine():
    nobody = decision(Trigger(text="e", kind="hardware")).model_copy(update={"chosen": None})
    assert watches(nobody) == (HardwareWatch("e", ()),)


def test_a_share_of_none_allowed_fires_at_the_first():
    strict = replace(WRONG, limit=0.0)
    assert strict.observe(strict.start(), news(1, right=[True, False])).standing == "fired"
