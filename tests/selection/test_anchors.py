import numpy as np
import pytest

from netwright.records.scenario import Limits
from netwright.selection.anchors import anchors_of
from netwright.selection.evidence import gather
from netwright.selection.standing import stand


@pytest.fixture
def anchored(make, good):
    def of(names, models=None, **changes):
        models = models or {"mlp": good()}
        scenario = make.scenario(list(models))
        preferences = scenario.preferences.model_copy(update=changes.pop("preferences", {}))
        scenario = scenario.model_copy(update={"preferences": preferences, **changes})
        known = {quality.name: quality for quality in make.qualities}
        standings = list(stand(gather(make.study(models), scenario), scenario, known).values())
        return anchors_of([known[name] for name in names], scenario, standings)

    return of


def ends(anchors):
    return list(zip(anchors.worst.tolist(), anchors.best.tolist(), strict=True))


def test_the_scenario_comes_first(anchored):
    anchors = anchored(["accuracy"], preferences={"anchors": {"accuracy": (0.7, 0.95)}})
    assert (ends(anchors), anchors.given, anchors.sources) == ([(0.7, 0.95)], True, ("the scenario",))


def test_then_the_constraint_and_the_best_possible_value(anchored):
    anchors = anchored(["accuracy", "latency.p99", "size"])
    assert ends(anchors) == [(0.8, 1.0), (0.010, 0.0), (4e6, 0.0)]
    assert not anchors.given
    assert anchors.sources[0] == "the constraint >= 0.80 and the best possible value"


def test_without_a_constraint_the_possible_values_or_the_limits_of_a_trial(anchored):
    assert ends(anchored(["accuracy"], constraints=())) == [(0.0, 1.0)]
    anchors = anchored(["training_time"], limits=Limits(time=600.0))
    assert ends(anchors) == [(600.0, 0.0)]
    assert anchors.sources == ("the limit of time of a trial and the best possible value",)


def test_only_then_powers_of_ten_beyond_all_candidates(anchored, good):
    anchors = anchored(["latency.p99"], {"a": good(), "b": good(latency_p99=0.03)}, constraints=())
    assert ends(anchors) == [(pytest.approx(0.1), 0.0)]
    assert "power of ten" in anchors.sources[0]


def test_a_bound_that_is_the_best_value_is_no_worst_one(anchored, make):
    nothing = make.scenario(["a"]).constraints[0].model_copy(update={"bound": 1.0})
    assert ends(anchored(["accuracy"], constraints=(nothing,))) == [(0.0, 1.0)]


def test_utility_is_linear_beyond_the_anchors_too(anchored):
    anchors = anchored(["accuracy", "latency.p99"])
    utilities = anchors.utilities(np.array([[0.9, 0.005], [0.7, 0.02], [1.0, 0.0]]))
    assert utilities == pytest.approx(np.array([[0.5, 0.5], [-0.5, -1.0], [1.0, 1.0]]))
