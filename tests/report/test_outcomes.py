from netwright.records.trial import Outcome
from netwright.report.outcomes import LONGEST_DETAIL, failures, outcome_table, trials_summary


def test_counts_only_what_occurred(study):
    table = outcome_table(study.decision, study.results)
    assert [cell.text for cell in table.columns] == ["Candidate", "ok", "out of memory", "timeout"]
    alexnet = next(row for row in table.rows if row[0].text == "alexnet-small")
    assert [cell.text for cell in alexnet] == ["alexnet-small", "14 of 15", "1", "–"]
    assert [cell.kind for cell in alexnet[1:]] == ["", "fail", ""]


def test_without_trials_the_decision_counts(study):
    table = outcome_table(study.decision, ())
    assert [row[1].text for row in table.rows] == ["15 of 15"] * 6


def test_every_failure_is_told(study):
    told = failures(study.results)
    assert [(failure.candidate, failure.outcome) for failure in told] == [
        ("alexnet-small", "out of memory"), ("googlenet-small", "timeout"),
    ]  # fmt: skip
    assert told[1].facts == "2,000 samples, seed 2, after 3 min"


def test_long_errors_are_cut(study):
    result = study.results[0].model_copy(update={"outcome": Outcome.CRASHED, "detail": "x" * 10_000})
    assert len(failures([result])[0].detail) == LONGEST_DETAIL


def test_the_summary_says_what_was_lost(study, failed_study):
    assert trials_summary(study.decision, study.results).startswith("88 of 90 trials ended well, ")
    assert "1 started more than once, 3.2 s of work repeated" in trials_summary(study.decision, study.results)
    assert trials_summary(failed_study.decision, failed_study.results).startswith("0 of 90 trials ended well")


def test_no_trial_ran(study):
    idle = tuple(a.model_copy(update={"outcomes": {}}) for a in study.decision.candidates)
    decision = study.decision.model_copy(update={"candidates": idle})
    assert trials_summary(decision, ()) == "No trial ran."
    assert outcome_table(decision, ()).rows == ()
