from netwright.report.headline import facts, headline


def by_name(study):
    return {fact.name: fact for fact in facts(study.decision, study.results)}


def test_says_how_good_and_how_sure(study):
    told = by_name(study)
    assert headline(study.decision) == "Choose resnet-small"
    assert told["On the Pareto front"].value == "97%"
    assert (told["Constraints met"].value, told["Constraints met"].kind) == ("3 of 3", "pass")
    assert told["Trials that ended well"].value == "88 of 90"
    assert told["Accuracy"].below.endswith(", 90% interval")


def test_an_undecided_constraint_is_told(study):
    chosen = study.decision.assessment("resnet-small")
    unsure = (chosen.verdicts[0].model_copy(update={"holds": "undecided", "probability": 0.6}), *chosen.verdicts[1:])
    others = study.decision.candidates[:-1]
    candidates = (*others, chosen.model_copy(update={"verdicts": unsure}))
    fact = by_name(study.model_copy(update={"decision": study.decision.model_copy(update={"candidates": candidates})}))
    assert fact["Constraints met"].value == "2 of 3"
    assert fact["Constraints met"].below == "least certain: 60%; 1 undecided"
    assert fact["Constraints met"].kind == "undecided"


def test_without_a_choice_only_the_work_is_told(failed_study):
    assert headline(failed_study.decision) == "No candidate may be chosen"
    assert [fact.name for fact in facts(failed_study.decision, failed_study.results)] == [
        "Trials that ended well", "Training samples",
    ]  # fmt: skip


def test_a_decision_counts_its_own_outcomes(study):
    told = {fact.name: fact.value for fact in facts(study.decision, ())}
    assert told["Trials that ended well"] == "90 of 90"
