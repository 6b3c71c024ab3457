from netwright.report.sections.backends import backend_table, backends_section, refusals


def runs_of(study, name):
    return [run for f in study.factors.candidates if f.candidate == name for run in f.backends]


def test_every_run_says_how_fast_and_how_equal(complete_study):
    rows = backend_table(runs_of(complete_study, "resnet-small")).rows
    onnx = next(row for row in rows if row[1].text == "onnx, 1 thread")
    assert [cell.text for cell in onnx[2:]] == ["1.32 ms", "2.22 times", "700 ms", "100.0%", "3e−06"]
    assert rows[0][3].text == "1.00 times"
    assert [row[0].anchor for row in rows] == ["backends/resnet-small"] + [""] * 5


def test_what_does_not_run_says_why_once(complete_study):
    runs = runs_of(complete_study, "googlenet-small")
    assert refusals(runs) == ((
        "googlenet-small", "compile, 1 thread; compile, 2 threads", "Unsupported: data-dependent branch in forward",
    ),)  # fmt: skip
    assert [row[2].text for row in backend_table(runs).rows].count("does not run") == 2


def test_without_a_run_to_compare_with_there_is_no_speed_up(complete_study):
    runs = [run for run in runs_of(complete_study, "mlp") if run.backend != "eager"]
    assert {row[3].text for row in backend_table(runs).rows} == {"–"}


def test_no_record_no_section(study):
    assert backends_section(study) is None
