from netwright.report.sections.growth import growth_section, law_table


def laws(study, kind):
    return {f.candidate: getattr(f, kind) for f in study.factors.candidates if getattr(f, kind) is not None}


def test_a_law_is_written_out_with_its_exponent_and_its_forecast(complete_study):
    table = law_table(laws(complete_study, "time"), laws(complete_study, "memory"))
    row = next(row for row in table.rows if (row[0].text, row[1].text) == ("resnet-small", "time"))
    assert row[2].text == "400 ms + 16 s (n/500)^0.90"
    law = laws(complete_study, "time")["resnet-small"]
    powers = sorted(p for _, _, p in law.draws)
    assert row[3].below == f"{powers[10]:.2f}–{powers[189]:.2f}"
    assert row[4].text == f"{law.predict(8000)[0] / 60:.3g} min"


def test_who_has_no_law_of_memory_has_no_row_for_it(complete_study):
    table = law_table(laws(complete_study, "time"), laws(complete_study, "memory"))
    assert [row[1].text for row in table.rows if row[0].text == "random-forest"] == ["time"]


def test_each_candidate_has_one_anchor(complete_study):
    table = law_table(laws(complete_study, "time"), laws(complete_study, "memory"))
    anchors = [row[0].anchor for row in table.rows if row[0].anchor]
    assert len(anchors) == len(set(anchors)) == len({row[0].text for row in table.rows})


def test_a_constant_part_that_rounds_away_is_zero(complete_study):
    law = laws(complete_study, "time")["resnet-small"].model_copy(update={"t0": 1e-14})
    assert law_table({"a": law}, {}).rows[0][2].text.startswith("0 µs + ")


def test_no_record_no_section(study):
    assert growth_section(study) is None
