from netwright.records.clause import Clause, Source
from netwright.report.sections.analysis import MOST_SHOWN, Link, analysis_section, source_text


def with_clauses(study, *clauses):
    return study.model_copy(update={"decision": study.decision.model_copy(update={"analysis": clauses})})


def test_each_source_is_a_link_and_trials_are_one_more(study):
    source = Source(candidate="mlp", factor="accuracy", trials=("mlp-n2000-s0", "mlp-n2000-s1"))
    known = {"costs/accuracy/mlp", "trials/mlp-n2000-s0"}
    section = analysis_section(with_clauses(study, Clause(text="So.", sources=(source, source))), known)
    assert section.content["parts"] == [
        [("So.", [Link("Accuracy of mlp", "costs/accuracy/mlp"), Link("2 trials", "trials/mlp-n2000-s0")])]
    ]


def test_many_clauses_are_folded(study):
    clauses = [Clause(text=str(i), sources=(Source(factor="front"),)) for i in range(MOST_SHOWN + 3)]
    parts = analysis_section(with_clauses(study, *clauses), set()).content["parts"]
    assert [len(part) for part in parts] == [MOST_SHOWN, 3]


def test_sources_are_named_as_the_page_names_them(study):
    assert source_text(study.decision, Source(candidate="mlp", factor="latency.p99")) == "Latency, p99 of mlp"
    assert source_text(study.decision, Source(factor="front")) == "Pareto front"


def test_no_clauses_no_section(study):
    assert analysis_section(study, set()) is None
