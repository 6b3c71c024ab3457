import re

from hypothesis import given
from hypothesis import strategies as st

from netwright.report.markdown import decision_markdown, plain

SECTIONS = (
    "Context and problem", "Decision drivers", "Considered options", "Decision outcome", "Options not chosen",
    "Assumptions", "Revisit when", "Evidence",
)  # fmt: skip
WITH_ANALYSIS = (*SECTIONS[:4], "Analysis", "Trade-offs", *SECTIONS[4:])


def sections_of(text):
    return tuple(re.findall(r"^## (.*)$", text, flags=re.MULTILINE))


def test_has_the_sections_of_a_decision_record(study):
    text = decision_markdown(study.decision)
    assert text.startswith("# Choose resnet-small for garments\n\nStatus: accepted\n")
    assert sections_of(text) == SECTIONS
    assert "### Consequences" in text


def test_is_linked_to_its_evidence(study):
    text = decision_markdown(study.decision)
    assert f"`{study.decision.scenario_hash}`" in text
    for assessment in study.decision.candidates:
        for trial in assessment.evidence:
            assert trial in text


def test_says_what_is_given_up(study):
    text = decision_markdown(study.decision)
    assert "- Bad: Latency, p99 is 4.2 ms (3.78–4.62 ms), against 400 µs (360–440 µs) of logistic-regression" in text
    assert "- Good: latency.p99 is 4.2 ms (3.78–4.62 ms); required ≤ 10 ms, P(holds) >99%" in text


def test_rejected_options_have_their_reasons(study):
    assert "- random-forest (rejected): size is 9.4 MB, over \\<= 4 MB (P holds \\< 1%)" in decision_markdown(
        study.decision
    )


def test_tables_have_the_same_cells_in_every_row(study):
    lines = [line for line in decision_markdown(study.decision).splitlines() if line.startswith("|")]
    assert len(lines) == 2 + 6
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {7}


def test_an_open_decision_says_so(failed_study):
    text = decision_markdown(failed_study.decision)
    assert "Status: open: no candidate may be chosen" in text
    assert sections_of(text) == SECTIONS
    assert "no trial ended well" in text


def test_a_decision_with_gaps_is_written(patchy_study):
    assert sections_of(decision_markdown(patchy_study.decision)) == SECTIONS


def test_hostile_text_stays_text(hostile_study):
    text = decision_markdown(hostile_study.decision)
    assert not re.search(r"(?<!\\)<", text)
    assert sections_of(text) == WITH_ANALYSIS


def test_analysis_and_trade_offs_stand_after_the_outcome(complete_study):
    text = decision_markdown(complete_study.decision)
    assert sections_of(text) == WITH_ANALYSIS
    assert (
        "0.026 more than mlp. ([Accuracy of resnet-small](report.html#costs/accuracy/resnet-small): resnet-small-n"
        in text
    )
    assert "- The knee of the front is mlp" in text


@given(st.text())
def test_plain_text_is_one_line_without_bare_markup(text):
    written = plain(text)
    assert len(written.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(?:\\\\)*[<|`*#]", written)
    assert not written.startswith((">", "_"))
