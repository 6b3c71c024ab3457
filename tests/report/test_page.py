import re
from html.parser import HTMLParser

import pytest

from netwright.records.study import Study
from netwright.report.page import page_html

SECTIONS = [
    "constraints", "scaling", "pareto", "epochs", "outcomes", "costs", "choice", "assumptions", "revisit",
    "conditions", "reproduce",
]  # fmt: skip
VOID = {"meta", "link", "img", "br", "hr", "input", "path", "line"}


class Outline(HTMLParser):
    """Which elements a page opens and closes, and its text outside scripts."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.sections, self.texts, self.attributes = [], [], [], [], []
        self.feed(page)
        self.close()
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "section":
            self.sections.append(dict(attrs)["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)


def page_of(record):
    if isinstance(record, Study):
        return page_html(record.decision, record.results, record.command)
    return page_html(record, (), "")


@pytest.fixture
def outline(any_record):
    return Outline(page_of(any_record))


def test_every_record_gives_a_well_formed_page_in_order(any_record, outline):
    has_trials = isinstance(any_record, Study) and bool(any_record.results)
    assert outline.open == []
    assert outline.sections == [name for name in SECTIONS if has_trials or name != "epochs"]


def test_no_page_refers_to_anything_outside(outline):
    assert not {"link", "img", "iframe", "object", "base"} & set(outline.tags)
    assert not [value for name, value in outline.attributes if name in {"src", "href", "srcset", "action"}]


def test_no_page_shows_what_only_a_program_reads(outline):
    assert not re.search(r"\b(?:nan|None|undefined|Undefined|inf)\b", outline.text)


def test_no_page_has_more_scripts_than_its_own(outline):
    assert outline.tags.count("script") == 3
    assert not [name for name, _ in outline.attributes if name.startswith("on")]


def test_hostile_text_is_shown_as_it_is(hostile_study, hostile):
    shown = Outline(page_of(hostile_study)).text
    # command, data, summary, ranking, assumption, trigger, reason, note, detail ...
    assert shown.count(" ".join(hostile.split())) >= 9


def test_says_the_decision_and_every_candidate(study):
    text = Outline(page_of(study)).text
    assert "Choose resnet-small" in text
    for sentence in (*study.decision.summary, *study.decision.ranking, *study.decision.assumptions, study.command):
        assert sentence in text
    for assessment in study.decision.candidates:
        assert assessment.reason in text


def test_every_failed_trial_is_on_the_page(failed_study):
    assert Outline(page_of(failed_study)).text.count("ValueError: no (model.py:3)") == 90


def test_nothing_to_draw_is_said(failed_study):
    text = Outline(page_of(failed_study)).text
    assert "No trial gave an accuracy, so there is nothing to draw." in text
    assert "No trial at the largest size recorded an epoch." in text
    assert "Nothing was measured." in text
    assert 'data-chart="' not in page_of(failed_study)
