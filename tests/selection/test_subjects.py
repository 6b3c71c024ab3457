from netwright.selection.decide import decide
from netwright.selection.subjects import MOST, subjects, trials_at


def test_the_chosen_one_and_its_fallback_come_first_and_few_are_spoken_of(make, good):
    models = {f"c{i}": good(accuracy=0.81 + 0.01 * i, latency_p99=0.001 + 0.0008 * i) for i in range(9)}
    decision = decide(make.study(models), make.scenario(list(models)), make.qualities, {})
    names = [found.name for found in subjects(decision)]
    assert names[:2] == [decision.chosen, decision.fallback]
    assert len(names) == MOST
    rest = [decision.assessment(name).probability_front for name in names[2:]]
    assert rest == sorted(rest, reverse=True)


def test_trials_are_named_as_the_study_names_them(make, good):
    decision = decide(make.study({"mlp": good()}), make.scenario(["mlp"]), make.qualities, {})
    assert trials_at(decision, "mlp", [2000]) == decision.assessment("mlp").evidence
    assert trials_at(decision, "nobody", [2000]) == ()
