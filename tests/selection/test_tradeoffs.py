from math import inf, isnan

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwright.records.tradeoff import TradeOffs
from netwright.selection.decide import decide

ANCHORS = {"accuracy": (0.7, 1.0), "latency.p99": (0.01, 0.0), "training_time": (100.0, 0.0), "size": (4e6, 0.0)}
WEIGHTS = {"accuracy": 0.5, "latency.p99": 0.3, "training_time": 0.2}


@pytest.fixture
def traded(make):
    def run(models, weights=None, anchors=None, **scenario) -> TradeOffs | None:
        question = make.scenario(list(models), **scenario)
        preferences = question.preferences.model_copy(update={"weights": weights or {}, "anchors": anchors or {}})
        question = question.model_copy(update={"preferences": preferences})
        return decide(make.study(models), question, make.qualities, {}).tradeoffs

    return run


@pytest.fixture
def models(good):
    return {
        "resnet": good(accuracy=0.90, latency_p99=0.008, training_time=60.0),
        "alexnet": good(accuracy=0.88, latency_p99=0.004, training_time=30.0),
        "mlp": good(accuracy=0.83, latency_p99=0.001, training_time=5.0),
    }


def point(found, name):
    return next(standpoint for standpoint in found.standpoints if standpoint.candidate == name)


def test_a_study_with_weights_and_anchors(models, traded):
    found = traded(models, WEIGHTS, ANCHORS)
    assert found.qualities == ("accuracy", "latency.p99", "training_time", "size")
    assert found.anchors == ANCHORS
    assert found.anchors_given
    steps = [(e.better, e.worse, e.gain, e.price) for e in found.exchanges if e.price == "latency.p99"]
    assert steps == [("resnet", "alexnet", "accuracy", "latency.p99"), ("alexnet", "mlp", "accuracy", "latency.p99")]
    assert found.knee == "alexnet"
    assert isnan(point(found, "alexnet").knee) is False
    for standpoint in found.standpoints:
        assert sum(standpoint.acceptability) == pytest.approx(1.0)
        assert standpoint.utility is not None
        value, low, high = standpoint.utility
        assert low < value < high
    measured = {"accuracy": 0.83, "latency.p99": 0.001, "training_time": 5.0}
    utility = sum(w * (measured[q] - ANCHORS[q][0]) / (ANCHORS[q][1] - ANCHORS[q][0]) for q, w in WEIGHTS.items())
    assert point(found, "mlp").utility[0] == pytest.approx(utility, abs=0.01)
    assert sum(point(found, "mlp").central_weights.values()) == pytest.approx(1.0)
    assert found.flip.winner == max(found.standpoints, key=lambda s: s.utility[0]).candidate
    assert sum(found.flip.changed.values()) == pytest.approx(1.0)
    assert TradeOffs.from_json(found.to_json()).to_json() == found.to_json()


def test_without_weights_equal_ones_are_flipped_and_no_utility_is_stated(models, traded):
    found = traded(models)
    assert {standpoint.utility for standpoint in found.standpoints} == {None}
    assert set(found.flip.weights.values()) == {0.25}
    assert not found.anchors_given
    assert found.anchored_by["size"] == "the constraint <= 4 MB and the best possible value"


def test_a_candidate_that_nobody_wants_reverses_no_order(models, traded, good):
    worse = good(accuracy=0.81, latency_p99=0.0095, training_time=99.0, size=3.9e6)
    for anchors in (ANCHORS, None):
        alone = traded(models, WEIGHTS, anchors)
        together = traded({**models, "worse": worse}, WEIGHTS, anchors)
        assert together.anchors == alone.anchors
        # within the noise, since the spread between seeds is moderated by that of all candidates
        for name in models:
            assert point(together, name).utility == pytest.approx(point(alone, name).utility, abs=0.01)
        order = [
            sorted(models, key=lambda name, found=found: point(found, name).utility[0]) for found in (alone, together)
        ]
        assert order[0] == order[1]


def test_fewer_than_two_contenders_trade_nothing(traded, good):
    assert traded({"mlp": good()}) is None
    assert traded({"mlp": good(), "weak": good(accuracy=0.5)}) is None
    assert traded({"weak": good(accuracy=0.5), "late": good(latency_p99=0.05)}) is None


def test_equal_candidates_share_every_rank(traded, good):
    values = {name: [value] * 3 for name, value in good().items()}
    found = traded({"a": values, "b": values}, WEIGHTS, ANCHORS)
    assert found.exchanges == ()
    assert found.knee is None
    assert found.flip.distance == 0.0
    assert point(found, "a").hypervolume == point(found, "b").hypervolume == 0.0
    assert point(found, "a").utility == pytest.approx(point(found, "b").utility, abs=0.01)


def test_who_lacks_a_quality_is_last_and_has_no_utility(traded, good):
    gap = {name: value for name, value in good(accuracy=0.95).items() if name != "training_time"}
    found = traded({"gap": gap, "mlp": good()}, WEIGHTS, ANCHORS)
    assert point(found, "gap").acceptability == (0.0, 1.0)
    assert point(found, "gap").central_weights == {}
    assert isnan(point(found, "gap").confidence)
    assert isnan(point(found, "gap").utility[0])
    assert found.flip is None


def test_an_undecided_constraint_is_to_be_settled(traded, good):
    found = traded({"edge": good(latency_p99=[0.0085, 0.0095, 0.0108]), "safe": good()})
    (settlement,) = found.settlements
    assert (settlement.candidate, settlement.quality) == ("edge", "latency.p99")
    assert settlement.needed < inf


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_study_has_sound_trade_offs(make, data):
    value = st.sampled_from([0.0, -0.0, 0.5, 1.0])
    names = [f"c{i}" for i in range(data.draw(st.integers(1, 4)))]
    models = {
        name: {"accuracy": data.draw(value), "training_time": data.draw(st.sampled_from([0.0, 1.0, 2.0, float("nan")]))}
        for name in names
    }
    scenario = make.scenario(names, limits=[], order=["accuracy", "training_time"])
    decision = decide(make.study(models), scenario, make.qualities, {})
    found = decision.tradeoffs
    assert (found is None) == (len(names) < 2)
    for standpoint in found.standpoints if found else ():
        assert sum(standpoint.acceptability) == pytest.approx(1.0)
        assert 0 <= standpoint.hypervolume <= 1
    assert all(
        worst != best and np.isfinite([worst, best]).all() for worst, best in (found.anchors if found else {}).values()
    )
