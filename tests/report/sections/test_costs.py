from netwright.records.measurement import NotMeasured
from netwright.report.sections.costs import not_measured


def test_what_could_not_be_measured_is_told_once_with_all_it_is_missing_of(study):
    missing = (NotMeasured(quality="throughput", reason="no counter"),)
    results = tuple(r.model_copy(update={"not_measured": missing}) for r in study.results if r.size == 125)
    names = ", ".join(a.name for a in study.decision.candidates)
    assert not_measured(study.model_copy(update={"results": results})) == (("Throughput", names, "no counter"),)
    assert not_measured(study) == ()
