"""Labels joined to answers, against doing it by hand, however late and in whatever parts they come."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netwright.monitoring.event import Event, Label
from netwright.monitoring.live_accuracy import Tally, told, with_answers, with_labels
from netwright.monitoring.store import Store
from netwright.monitoring.store_labels import judged_after, judged_at


def answer(name, predicted=0, time=0.0, **given):
    usual = {"version": "1", "model": "mlp", "route": "main", "status": 200, "confidence": 0.5, "latency": 0.01}
    return Event(name, time, predicted=predicted, **{**usual, **given})


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.db") as store:
        yield store


def step(store, tally, limit=100):
    """Read on: those that waited, then the new ones."""
    right, changes = [], []
    for judged in (judged_at(store, tally.waiting), judged_after(store, tally.place, limit)):
        tally, verdicts = with_labels(Tally.from_json(tally.to_json()), judged, "1")
        right += verdicts.right
        changes += verdicts.changes
    return tally, right, changes


def test_labels_judge_the_answers_of_their_ids(store):
    store.append([answer("a", 1), answer("b", 2, confidence=0.9)], [Label("a", 1, 60.0), Label("b", 1, 120.0)])
    tally, right, changes = step(store, Tally())
    assert tally.of("1") == (2, 1)
    assert right == [True, False]
    assert changes == [(0.0, 1, 1), (0.0, 1, 0)]
    assert tally.confidence_labelled == pytest.approx(1.4)
    assert step(store, tally) == (tally, [], [])


def test_a_models_own_prediction_is_no_truth(store):
    store.append([answer("a", 1)], [Label("a", 1, 1.0, "model")])
    tally, right, _ = step(store, Tally())
    assert (tally.of("1"), right, tally.from_model, tally.unmatched) == ((0, 0), [], 1, 0)
    store.append([], [Label("a", 2, 2.0, "person")])
    tally, right, _ = step(store, tally)
    assert (tally.of("1"), right, tally.corrected) == ((1, 0), [False], 0)


def test_a_correction_replaces_and_is_no_new_verdict(store):
    store.append([answer("a", 1)], [Label("a", 1, 1.0), Label("a", 0, 2.0), Label("a", 0, 3.0)])
    tally, right, changes = step(store, Tally())
    assert (tally.of("1"), right, tally.corrected) == ((1, 0), [True], 1)
    assert changes == [(0.0, 1, 1), (0.0, 0, -1), (0.0, 0, 0)]


def test_a_label_may_come_before_its_answer(store):
    store.append([], [Label("late", 1, 1.0), Label("never", 1, 1.0)])
    tally, right, _ = step(store, Tally())
    assert (tally.unmatched, right, tally.waiting) == (2, [], (1, 2))
    store.append([answer("late", 1, time=2.0)])
    tally, right, _ = step(store, tally)
    assert (tally.unmatched, right, tally.of("1"), tally.waiting) == (1, [True], (1, 1), (2,))


def test_each_route_is_judged_once(store):
    routes = [answer("a", 1), answer("a", 0), answer("a", 2, route="shadow", model="big")]
    store.append([*routes, answer("a", 1, version="2", route="canary"), answer("b", -1, status=503)])
    store.append([], [Label("a", 1, 1.0), Label("b", 1, 1.0)])
    tally, right, _ = step(store, Tally())
    assert tally.labelled == (("1", "big", "shadow", 1, 0), ("1", "mlp", "main", 1, 1), ("2", "mlp", "canary", 1, 1))
    assert right == [True]
    assert tally.unmatched == 1


ids = st.sampled_from("abcdef")
deeds = st.one_of(
    st.builds(answer, ids, st.integers(0, 2), st.floats(0, 100)),
    st.builds(Label, ids, st.integers(0, 2), st.floats(0, 100), st.sampled_from(["person", "outcome", "model"])),
    st.none(),
)


@settings(max_examples=60)
@given(st.lists(deeds, max_size=40), st.integers(1, 4))
def test_whenever_one_looks_the_end_is_that_of_the_last_true_labels(tmp_path_factory, course, limit):
    first, last = {}, {}
    with Store(tmp_path_factory.mktemp("course") / "t.db") as store:
        tally = Tally()
        for deed in course:
            if isinstance(deed, Event):
                store.append([deed])
                first.setdefault(deed.id, deed.predicted)
            elif isinstance(deed, Label):
                store.append([], [deed])
                if deed.source != "model":
                    last[deed.id] = deed.label
            else:
                tally, _, _ = step(store, tally, limit)
        while True:
            before, (tally, _, _) = tally, step(store, tally, limit)
            if tally == before:
                break
    both = first.keys() & last.keys()
    assert tally.of("1") == (len(both), sum(first[name] == last[name] for name in both))


def test_what_it_comes_to(store, decision, reference):
    events = [answer(str(i), i % 2, confidence=0.9 if i < 50 else 0.5) for i in range(100)]
    store.append(events, [Label(str(i), 0, 60.0) for i in range(50)])
    tally = with_answers(Tally(), [*events, answer("shadow", route="shadow"), answer("no", -1, status=503)], "1")
    tally, _, _ = step(store, tally)
    found = told(tally, "1", decision, reference)
    assert (found.answered, found.labelled, found.right) == (100, 50, 25)
    assert found.low < 0.5 < found.high
    assert (found.assumed, found.assumed_low, found.assumed_high) == (0.9, 0.88, 0.92)
    assert (found.confidence, found.confidence_labelled) == pytest.approx((0.7, 0.9))
    assert found.delay == pytest.approx(60, rel=0.01)
    assert found.routes[0].route == "main"


def test_without_labels_nothing_is_known(decision, reference):
    found = told(Tally(), "1", decision.model_copy(update={"chosen": None}), reference)
    assert (found.low, found.high, found.labelled) == (0, 1, 0)
    assert math.isnan(found.delay)
    assert math.isnan(found.confidence)
    assert found.assumed == reference.correct / reference.n
