from netwright.report.sections.complexity import complexity_section, complexity_table


def checks(study):
    return [f.complexity for f in study.factors.candidates if f.complexity is not None]


def test_the_prediction_stands_beside_the_measurement_with_its_error(complete_study):
    (row, *_) = complexity_table(checks(complete_study)).rows
    memory = row[-1]
    assert (memory.text, memory.below, memory.kind) == ("400 MB", "420 MB\n−4.7%", "")
    assert row[1].below == "267 k\n0%"


def test_a_prediction_that_is_far_off_is_marked(complete_study):
    first = checks(complete_study)[0]
    off = first.model_copy(update={"predicted": first.predicted.model_copy(update={"flops": 2 * 5.3e5})})
    assert [cell.symbol for cell in complexity_table([off]).rows[0]] == ["", "", "!", "", ""]


def test_what_was_not_measured_is_said(complete_study):
    first = checks(complete_study)[0]
    nan = first.measured.model_copy(update={"flops": float("nan")})
    unmeasured, partly = complexity_table([
        first.model_copy(update={"measured": None}), first.model_copy(update={"measured": nan}),
    ]).rows  # fmt: skip
    assert {cell.below for cell in unmeasured[1:]} == {"not measured"}
    assert partly[2].below == "not measured"


def test_operations_without_flops_are_named(complete_study, study):
    assert complexity_section(complete_study).content["uncounted"] == [("googlenet-small", "aten::avg_pool2d")]
    assert complexity_section(study) is None
