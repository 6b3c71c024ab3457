import json
import re
from html.parser import HTMLParser

import pytest

from netwright.records.clause import Clause, Source
from netwright.records.study import Study
from netwright.report.anchors import source_anchors
from netwright.report.markdown import decision_markdown
from netwright.report.page import page_html

SECTIONS = [
    "analysis", "constraints", "pareto", "robustness", "choice", "validity", "scaling", "scalability", "growth",
    "gains", "costs", "complexity", "backends", "search", "epochs", "outcomes", "load", "trials",
    "conditions", "reproduce",
]  # fmt: skip
OF_FACTORS = {
    "analysis", "robustness", "scalability", "growth", "gains", "complexity", "backends", "search", "load",
}  # fmt: skip
OF_TRIALS = {"epochs", "trials"}
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
    return page_html(record)


@pytest.fixture
def outline(any_record):
    return Outline(page_of(any_record))


def test_every_record_gives_a_well_formed_page_in_order(any_record, outline):
    study = isinstance(any_record, Study)
    missing = (set() if study and any_record.results else OF_TRIALS) | (
        set() if study and any_record.factors else OF_FACTORS
    )
    assert outline.open == []
    assert outline.sections == [name for name in SECTIONS if name not in missing]


def test_no_page_refers_to_anything_outside(outline):
    assert not {"link", "img", "iframe", "object", "base"} & set(outline.tags)
    assert not [value for name, value in outline.attributes if name in {"src", "srcset", "action"}]
    assert all(value.startswith("#") for name, value in outline.attributes if name == "href")


def test_every_link_leads_to_one_place_on_the_page(outline):
    places = [value for name, value in outline.attributes if name == "id"]
    assert len(places) == len(set(places))
    assert {value.removeprefix("#") for name, value in outline.attributes if name == "href"} <= set(places)


def test_the_contents_name_every_section(outline):
    links = [value for name, value in outline.attributes if name == "href"]
    assert [link.removeprefix("#") for link in links[: len(outline.sections)]] == outline.sections


def test_no_page_shows_what_only_a_program_reads(outline):
    assert not re.search(r"\b(?:nan|None|undefined|Undefined|inf)\b", outline.text)


def test_no_page_has_more_scripts_than_its_own(outline):
    assert outline.tags.count("script") == 3
    assert not [name for name, _ in outline.attributes if name.startswith("on")]


def test_hostile_text_is_shown_as_it_is(hostile_study, hostile):
    shown = Outline(page_of(hostile_study)).text
    # command, data, summary, ranking, clause, reason, note, details, flags, kinds, refusals, trials, changes ...
    assert shown.count(" ".join(hostile.split())) >= 25


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


def test_every_clause_is_linked_to_its_figure(complete_study):
    page = page_of(complete_study)
    clauses = re.findall(r'<small class="sources">(.*?)</small>', page)
    assert len(clauses) == len(complete_study.decision.analysis)
    for clause, links in zip(complete_study.decision.analysis, clauses, strict=True):
        places = re.findall(r'href="#([^"]+)"', links)
        for source in clause.sources:
            narrowest, *_ = source_anchors(source)
            assert narrowest in places
            assert set(source.trials[:1]) <= {place.removeprefix("trials/") for place in places}


def test_a_source_that_is_not_on_the_page_leads_to_its_section_or_the_top(complete_study):
    sources = (Source(candidate="nobody", factor="recovery"), Source(candidate="mlp", factor="beauty"))
    decision = complete_study.decision.model_copy(update={"analysis": (Clause(text="So.", sources=sources),)})
    page = page_of(complete_study.model_copy(update={"decision": decision}))
    (links,) = re.findall(r'<small class="sources">(.*?)</small>', page)
    assert re.findall(r'href="#([^"]+)"', links) == ["outcomes", "costs"]


def test_the_record_in_markdown_links_into_the_page(complete_study):
    places = {value for name, value in Outline(page_of(complete_study)).attributes if name == "id"}
    links = re.findall(r"report\.html#([^)]+)\)", decision_markdown(complete_study.decision))
    assert len(links) >= len(complete_study.decision.analysis)
    assert set(links) <= places


def test_no_drawing_lacks_its_place_and_no_place_its_drawing(complete_study):
    page = page_of(complete_study)
    specs = json.loads(re.search(r'<script type="application/json" id="charts">(.*?)</script>', page)[1])["specs"]
    assert set(re.findall(r'data-chart="([^"]+)"', page)) == set(specs)
