from netwright.report.sections.growth import growth_section, law_table


def laws(study, kind):
    return {f.candidate: getattr(f, kind) for f in study.factors.candidates if getattr(f, kind) is not None}


def test_a_law_is_written_out_with_its_exponent_and_its_forecast(complete_study):
    table = law_table(laws(complete_study, "time"), laws(complete_study, "memory"))
    row = next(row for row in table.rows if row[0].text == "resnet-small")
    assert row[1].text == "400 ms + 16 s (n/500)^0.90"
    law = laws(complete_study, "time")["resnet-small"]
    powers = sorted(p for _, _, p in law.draws)
    assert row[2].below == f"{powers[10]:.2f}–{powers[189]:.2f}"
    assert row[3].text == f"{law.predict(8000)[0] / 60:.3g} min"


def test_who_has_no_law_of_memory_has_dashes(complete_study):
    table = law_table(laws(complete_study, "time"), laws(complete_study, "memory"))
    row = next(row for row in table.rows if row[0].text == "random-forest")
    assert [cell.text for cell in row[4:]] == ["–", "–", "–"]


def test_a_kind_without_laws_has_no_columns(complete_study):
    assert len(law_table(laws(complete_study, "time"), {}).columns) == 4


def test_no_record_no_section(study):
    assert growth_section(study) is None
