from itertools import permutations

import pytest

from netwright.records.decision import Decision
from netwright.records.errors import InputError
from netwright.records.trial import Outcome
from netwright.selection.decide import decide


@pytest.fixture
def models(good):
    return {
        "resnet": good(accuracy=0.870, latency_p99=0.006, training_time=60.0),
        "alexnet": good(accuracy=0.868, latency_p99=0.004, training_time=30.0),
        "mlp": good(accuracy=0.840, latency_p99=0.001, training_time=5.0),
        "slow": good(accuracy=0.850, latency_p99=0.008, training_time=90.0, size=3e6),
        "weak": good(accuracy=0.750, latency_p99=0.001, training_time=2.0),
    }


@pytest.fixture
def deciding(make):
    def run(models, extra=(), curves=None, notes=(), left_out=None, **scenario) -> Decision:
        measured = {name: model for name, model in models.items() if model}
        results = [*make.study(measured), *extra]
        return decide(results, make.scenario(list(models), **scenario), make.qualities, curves or {}, notes, left_out)

    return run


def test_a_plain_study(models, deciding):
    decision = deciding(models)
    assert {a.name: a.status for a in decision.candidates} == {
        "resnet": "front", "alexnet": "chosen", "mlp": "front", "slow": "dominated", "weak": "rejected",
    }  # fmt: skip
    assert decision.chosen == "alexnet"
    assert decision.fallback == "resnet"
    assert len(decision.summary) == 3
    assert decision.summary[0].startswith(
        "alexnet is chosen (at 2,000 training samples, 3 seeds): accuracy 0.868 (0.86"
    )
    assert "resnet, the fallback, for latency.p99: 4 ms against 6 ms" in decision.summary[1]
    assert "0.750" in decision.assessment("weak").reason
    assert ">= 0.80 by 0.050" in decision.assessment("weak").reason
    assert "alexnet is as good in everything compared, and better" in decision.assessment("slow").reason
    assert decision.assessment("alexnet").evidence == tuple(f"alexnet-n2000-s{s}" for s in range(3))
    assert decision.ranking[-1] == "chosen: alexnet"
    assert decision.scenario_hash == decision.scenario.digest()


def test_the_same_arguments_give_the_same_decision_and_it_survives_json(models, deciding):
    decision = deciding(models)
    # as text, since a NaN does not equal itself
    assert deciding(models).to_json() == decision.to_json()
    assert Decision.from_json(decision.to_json()).to_json() == decision.to_json()


def test_the_order_of_candidates_and_results_changes_nothing(models, deciding, make):
    reference = {a.name: a for a in deciding(models).candidates}
    for order in list(permutations(models))[::17]:
        decision = deciding({name: models[name] for name in order})
        assert decision.chosen == "alexnet"
        assert {a.name: a for a in decision.candidates} == reference
    backwards = decide(make.study(models)[::-1], make.scenario(list(models)), make.qualities, {})
    assert backwards.to_json() == deciding(models).to_json()


def test_a_dominated_candidate_changes_neither_choice_nor_fallback(models, deciding, good):
    for accuracy in (0.868, 0.866, 0.83):
        worse = good(accuracy=accuracy, latency_p99=0.009, training_time=95.0, size=3e6)
        decision = deciding({"worse": worse, **models})
        assert (decision.chosen, decision.fallback) == ("alexnet", "resnet")
        assert decision.assessment("worse").status == "dominated"


def test_a_dominated_candidate_within_every_preferred_tolerance_is_not_chosen(good, deciding):
    models = {"big": good(size=3e6), "small": good(size=1e6, accuracy=0.861)}
    decision = deciding(models, order=["accuracy"])
    assert decision.chosen == "small"
    assert "the plain values decide" in decision.ranking[-2]


def test_equal_candidates_go_by_the_scenarios_order(good, deciding):
    values = {name: [value] * 3 for name, value in good().items()}
    decision = deciding({"b": values, "a": values})
    assert (decision.chosen, decision.fallback) == ("b", "a")
    assert "the order of the scenario decides" in decision.ranking[-2]
    assert "either would do" in decision.summary[1]
    assert "differs from b in nothing" in decision.assessment("a").reason


def test_an_undecided_candidate_is_not_chosen_while_another_passes(good, deciding):
    edge = good(accuracy=0.87, latency_p99=[0.0085, 0.0095, 0.0108])
    decision = deciding({"edge": edge, "safe": good(accuracy=0.83)})
    assert decision.chosen == "safe"
    assert decision.fallback is None
    assert decision.assessment("edge").status == "front"
    assert "cannot be chosen while it is undecided: latency.p99 <= 10 ms" in decision.assessment("edge").reason
    assert "seeds in all would settle it" in decision.assessment("edge").reason
    assert "edge" in decision.summary[2]
    assert any("edge is measured more closely" in trigger.text for trigger in decision.revisit_when)


def test_where_nobody_passes_the_undecided_are_chosen_among_loudly(good, deciding):
    edge = good(latency_p99=[0.0085, 0.0095, 0.0108])
    decision = deciding({"edge": edge, "late": good(latency_p99=0.02)})
    assert decision.chosen == "edge"
    assert decision.summary[0].startswith("PROVISIONAL: no candidate meets every constraint for sure")
    assert decision.assessment("edge").reason.startswith("provisional")
    assert "open is whether it meets latency.p99" in decision.summary[2]
    assert decision.assessment("edge").probability_front == pytest.approx(
        decision.assessment("edge").verdicts[1].probability, abs=0.02
    )


def test_where_all_fail_nobody_is_chosen_and_the_nearest_is_named(good, deciding):
    decision = deciding({"far": good(accuracy=0.5), "near": good(accuracy=0.78), "late": good(latency_p99=0.03)})
    assert decision.chosen is None
    assert decision.fallback is None
    assert {a.status for a in decision.candidates} == {"rejected"}
    assert "Nearest is near, whose binding constraint is accuracy: accuracy 0.780" in decision.summary[1]
    assert "by 0.020" in decision.summary[1]
    assert len(decision.summary) == 3


def test_a_candidate_without_results_is_rejected_with_its_outcomes(models, deciding, make, good):
    small = make.trials("big", good())[0].model_copy(update={"size": 1000, "trial": "big-n1000-s0"})
    lost = [make.failed("big", Outcome.OUT_OF_MEMORY, seed=seed, detail="needed 7 GiB") for seed in range(3)]
    decision = deciding({**models, "big": {}, "never": {}}, extra=[small, *lost])
    big, never = decision.assessment("big"), decision.assessment("never")
    assert big.status == never.status == "rejected"
    assert "none of the 3 trials at 2,000 training samples ended well (out_of_memory: needed 7 GiB)" in big.reason
    assert "its results end at 1,000 training samples" in big.reason
    assert big.outcomes == {"ok": 1, "out_of_memory": 3}
    assert "no trial at 2,000 training samples has ended" in never.reason
    assert "big and never" in decision.summary[2]
    only = deciding({"big": {}}, extra=lost)
    assert only.chosen is None
    assert "big (3 out_of_memory)" in only.summary[1]


def test_a_candidate_all_of_whose_trials_crashed_says_so_with_the_reason(models, deciding, make):
    why = "RuntimeError: shapes do not fit"
    lost = [
        make.failed("big", Outcome.CRASHED, size=size, seed=seed, detail=f"{why}\nTraceback")
        for size in make.sizes
        for seed in range(3)
    ]
    reason = deciding({**models, "big": {}}, extra=lost).assessment("big").reason
    assert reason == f"none of its 6 trials ended well (crashed: {why}); it has results at no size"
    # a study that gave up after the smaller sizes still says why
    reason = deciding({**models, "big": {}}, extra=lost[:3]).assessment("big").reason
    assert reason == f"none of its 3 trials ended well (crashed: {why}); it has results at no size"
    assert deciding({"big": {}}, extra=lost).chosen is None


def test_a_candidate_whose_larger_trials_were_left_out_is_dominated_for_that_reason(models, deciding, make, good):
    small = make.trials("early", good())[0].model_copy(update={"size": 1000, "trial": "early-n1000-s0"})
    why = "P(chosen) is below 0.05 by its curve"
    decision = deciding({**models, "early": {}}, extra=[small], left_out={"early": why})
    early = decision.assessment("early")
    assert (early.status, early.probability_front) == ("dominated", 0.0)
    assert early.reason == f"not trained on 2,000 training samples: {why}; its results end at 1,000 training samples"
    assert early.outcomes == {"ok": 1}
    assert "left out before the largest size: early" in decision.summary[2]
    assert not any("early" in trigger.text for trigger in decision.revisit_when)
    without = deciding(models)
    assert (decision.chosen, decision.fallback) == (without.chosen, without.fallback)
    assert [point.candidate for point in decision.tradeoffs.standpoints] == [a for a in models if a != "weak"]


def test_what_was_left_out_but_ran_at_the_largest_size_counts_as_measured(models, deciding):
    decision = deciding(models, left_out={"alexnet": "no reason"})
    assert decision.chosen == "alexnet"


def test_where_nobody_may_be_chosen_what_was_left_out_stays_dominated(good, deciding):
    decision = deciding({"weak": good(accuracy=0.5), "early": {}}, left_out={"early": "it cannot win"})
    assert decision.chosen is None
    assert decision.assessment("early").status == "dominated"
    assert "early left no result" in decision.summary[0]


def test_leaving_out_a_stranger_is_refused(models, deciding):
    with pytest.raises(InputError, match=r"'alexnt'.*Did you mean alexnet"):
        deciding(models, left_out={"alexnt": "because"})


@pytest.mark.parametrize("given", ["weights", "anchors"])
def test_an_unknown_quality_in_the_preferences_is_named(given, make, good):
    scenario = make.scenario(["mlp"])
    unknown = {"weights": {"acuracy": 1.0}, "anchors": {"acuracy": (0.0, 1.0)}}[given]
    preferences = scenario.preferences.model_copy(update={given: unknown})
    with pytest.raises(InputError, match=r"'acuracy'.*Did you mean accuracy"):
        decide(
            make.study({"mlp": good()}), scenario.model_copy(update={"preferences": preferences}), make.qualities, {}
        )


def test_partial_seeds_are_pooled_and_counted(models, make):
    results = [r for r in make.study(models) if (r.candidate, r.seed) != ("alexnet", 2)]
    decision = decide(results, make.scenario(list(models)), make.qualities, {})
    measured = decision.assessment("alexnet").measured("accuracy")
    assert measured is not None
    assert measured.n == 2
    assert "2 seeds" in decision.summary[0]


def test_a_single_seed_says_that_the_spread_is_not_known(models, make):
    results = [r for r in make.study(models) if r.seed == 0]
    decision = decide(results, make.scenario(list(models)), make.qualities, {})
    assert decision.chosen is not None
    assert any("spread between trainings is not known" in text for text in decision.assumptions)


def test_an_unmeasured_constraint_is_undecided_with_the_reason(good, deciding):
    silent = {name: value for name, value in good(accuracy=0.9).items() if name != "latency.p99"}
    decision = deciding({"silent": silent, "mlp": good()})
    assessment = decision.assessment("silent")
    assert decision.chosen == "mlp"
    assert assessment.probability_front == 0
    assert "latency.p99 was not measured" in assessment.reason
    assert [v.holds for v in assessment.verdicts] == ["pass", "undecided", "pass"]


def test_a_quality_nobody_was_measured_on_is_left_out_and_said(good, deciding):
    models = {
        name: {q: v for q, v in good(accuracy=a).items() if q != "training_time"}
        for name, a in (("a", 0.9), ("b", 0.85))
    }
    decision = deciding(models, order=["training_time", "accuracy"])
    assert decision.chosen == "a"
    assert any("not compared: training_time" in text for text in decision.assumptions)
    assert "training_time not measured" in decision.summary[0]


def test_a_missing_preferred_quality_loses_against_a_measured_one(good, deciding):
    gap = {name: value for name, value in good(latency_p99=0.001).items() if name != "training_time"}
    decision = deciding({"gap": gap, "mlp": good()}, order=["training_time", "accuracy"])
    assert decision.chosen == "mlp"
    assert decision.fallback == "gap"
    assert "whose training_time was not measured" in decision.summary[1]
    assert any("gap (not measured)" in step for step in decision.ranking)


def test_without_constraints_the_preferences_alone_decide(models, deciding):
    decision = deciding(models, limits=[], order=["training_time"])
    assert decision.chosen == "weak"
    assert "no constraint was set" in decision.summary[0]
    assert "without constraints to meet" in decision.assessment("weak").reason


def test_no_trial_at_all(make):
    decision = decide([], make.scenario(["mlp", "resnet"]), make.qualities, {})
    assert decision.chosen is None
    assert "no trial at 2,000 training samples ended well" in decision.summary[0]


def test_notes_and_curves_are_carried(models, deciding, make):
    curve = make.curve(0.2, 0.3, 0.01)
    decision = deciding(models, curves={"mlp": curve}, notes=["12 test samples are in the training part too"])
    assert decision.assessment("mlp").curve == curve
    assert decision.assessment("weak").curve is None
    assert decision.assumptions[-1] == "12 test samples are in the training part too"


def test_an_unknown_quality_names_the_nearest(make, good):
    with pytest.raises(InputError, match=r"'latency.p99'.*Known: accuracy"):
        decide(make.study({"mlp": good()}), make.scenario(["mlp"]), make.qualities[:1], {})
