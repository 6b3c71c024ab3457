from netwright.report.sections.section import drawn


def test_only_drawings_that_there_are_remain():
    assert drawn({"a": None, "b": 0, "c": "chart"}) == {"b": 0, "c": "chart"}
