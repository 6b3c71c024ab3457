"""The page of a validation, and that of a pipeline: what they say, and that nothing of the user's becomes code."""

import pytest

from netwright.records.pipeline import Pipeline, StepRun
from netwright.records.validation import ColumnProfile, Drift, Finding, Profile, Validation
from netwright.report.pipeline_graph import graph_svg
from netwright.report.pipeline_page import pipeline_html
from netwright.report.validation_page import validation_html
from netwright.report.validation_text import validation_text

EVIL = "<script>alert(1)</script>"
PROFILE = Profile(
    data=EVIL,
    fingerprint="0" * 64,
    samples="rows",
    shape=(2,),
    classes=(EVIL, "yes"),
    train=(30, 10),
    test=(3, 1),
    columns=(ColumnProfile(name=EVIL, edges=(1.0,), counts=(20, 20, 0), low=0, high=2, mean=1, common=0.1),),
)
FINDING = Finding(severity="error", kind="leak", what=f"9 {EVIL}", where=(EVIL,), count=9, of=40, remedy="Remove them.")
DRIFT = Drift(name=EVIL, psi=0.4, distance=0.3, chance=1e-9)
FULL = Validation(profile=PROFILE, findings=(FINDING,), drifts=(DRIFT,), parts=(DRIFT,), previous="1" * 64)
STEPS = (
    StepRun(name="fetch", status="cached", told=EVIL),
    StepRun(name="validate", after=("fetch",), status="redone", why=(EVIL,), seconds=2.0, same=True),
    StepRun(name=EVIL, after=("validate", "fetch"), status="failed", why=("disk full",), seconds=1.0),
)
RUN = Pipeline(scenario=EVIL, scenario_hash="0", folder="/p", steps=STEPS, from_predictions=0.25, notes=(EVIL,))


@pytest.mark.parametrize("page", [validation_html(FULL), pipeline_html(RUN)], ids=["validation", "pipeline"])
def test_names_of_the_user_stay_text(page):
    assert EVIL not in page
    assert "&lt;script&gt;" in page


def test_a_validation_says_what_is_wrong_and_what_moved():
    page, text = validation_html(FULL), validation_text(FULL)
    for words in ("Broken: 1 error", "9 of 40 (22.50%)", "Remove them."):
        assert words in page
        assert words in text
    assert "PSI since version 111111111111" in text
    assert "Since the last version" in page


def test_data_without_findings_has_a_page_too():
    page = validation_html(Validation(profile=PROFILE.model_copy(update={"columns": (), "train": (0, 0)})))
    assert "Nothing was found" in page


def test_a_pipeline_says_what_failed_and_why():
    page = pipeline_html(RUN)
    assert "disk full" in page
    assert "25.0%" in page
    assert "the same again" in page


def test_the_graph_has_a_box_a_step_and_a_line_an_input():
    drawn = graph_svg(STEPS)
    assert drawn.count("<rect") == 3
    assert drawn.count("<path") == 3


@pytest.mark.parametrize("width", [390, 1400])
def test_pages_fit_a_telephone_and_a_desk(browser, tmp_path, width):
    for name, html in (("validation", validation_html(FULL)), ("pipeline", pipeline_html(RUN))):
        path = tmp_path / f"{name}.html"
        path.write_text(html)
        page = browser.new_page(viewport={"width": width, "height": 900})
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.goto(path.as_uri())
        if name == "validation":
            page.wait_for_selector('[data-chart="drift"] svg')
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not said
        page.close()
