import pytest

from netwright.records.trial import Outcome
from netwright.selection.decide import decide


@pytest.fixture
def triggers(make):
    def run(models, curves=None, extra=()):
        results = [*make.study({n: m for n, m in models.items() if m}), *extra]
        return decide(results, make.scenario(list(models)), make.qualities, curves or {}).revisit_when

    return run


def test_a_crossing_curve_gives_the_size_and_both_errors(triggers, make, good):
    curves = {"mlp": make.curve(0.2, 0.2, 0.0), "resnet": make.curve(0.25, 0.4, 0.0)}
    trigger = triggers({"mlp": good(accuracy=0.88), "resnet": good(accuracy=0.84)}, curves)[0]
    first = trigger.text
    assert trigger.kind == "samples"
    assert trigger.samples == pytest.approx(4400, rel=0.02)
    assert "4,400 training samples are at hand: there the error of resnet falls below that of mlp" in first
    predicted = [f"{curves[name].predict(16000)[0]:.3f}" for name in ("resnet", "mlp")]
    assert all(text in first for text in predicted)


def test_a_rival_rejected_for_accuracy_alone_may_come_back_with_data(triggers, make, good):
    curves = {"mlp": make.curve(0.2, 0.2, 0.0), "resnet": make.curve(0.25, 0.4, 0.0)}
    with_data = triggers({"mlp": good(), "resnet": good(accuracy=0.7)}, curves)
    too_slow = triggers({"mlp": good(), "resnet": good(accuracy=0.7, latency_p99=0.05)}, curves)
    assert "resnet" in with_data[0].text
    assert "resnet" not in too_slow[0].text


def test_where_nobody_is_accurate_enough_the_size_that_would_do_is_told(triggers, make, good):
    # 0.25 (n/n0)^-0.4 = 0.2 at n0 1.25^2.5 = 2470
    found = triggers({"mlp": good(accuracy=0.78)}, {"mlp": make.curve(0.25, 0.4, 0.0)})
    assert "2,500 training samples are at hand: there mlp is expected to reach accuracy >= 0.80" in found[0].text


def test_without_a_crossing_the_reach_of_the_study_is_told(triggers, good):
    trigger = triggers({"mlp": good()})[0]
    assert "16,000 training samples are at hand" in trigger.text
    assert (trigger.kind, trigger.samples) == ("samples", 16_000)


def test_tight_constraints_are_watched_and_wide_or_exact_ones_are_not(triggers, good):
    watched = {t.quality: t for t in triggers({"mlp": good(latency_p99=0.007, size=3.9e6)}) if t.relation == "<="}
    assert set(watched) == {"latency.p99"}
    assert watched["latency.p99"].bound == 0.010
    assert watched["latency.p99"].unit == "s"
    assert "above 10 ms in production (7" in watched["latency.p99"].text
    assert not [t for t in triggers({"mlp": good(latency_p99=0.001)}) if t.quality == "latency.p99"]


def test_accuracy_below_its_interval_is_watched(triggers, make, good):
    found = triggers({"mlp": good()})
    decision = decide(make.study({"mlp": good()}), make.scenario(["mlp"]), make.qualities, {})
    measured = decision.assessment("mlp").measured("accuracy")
    assert measured is not None
    assert measured.low in {t.bound for t in found if t.quality == "accuracy"}


def test_hardware_and_lost_candidates_are_named(triggers, make, good):
    texts = [t.text for t in triggers({"mlp": good(), "big": {}}, extra=[make.failed("big", Outcome.TIMEOUT)])]
    assert any("other hardware than 2 cores: latency.p99 and training_time" in text for text in texts)
    assert any(text.startswith("big can be trained on 2,000 training samples") for text in texts)


def test_every_trigger_says_what_it_watches(triggers, make, good):
    found = triggers(
        {"mlp": good(latency_p99=0.007), "near": good(accuracy=0.8), "big": {}},
        extra=[make.failed("big", Outcome.TIMEOUT)],
    )
    assert {trigger.kind for trigger in found} >= {"quality", "samples", "drift", "hardware", "candidate"}
    assert all((trigger.quality is not None) == (trigger.kind == "quality") for trigger in found)
    assert all((trigger.samples is not None) == (trigger.kind == "samples") for trigger in found)
