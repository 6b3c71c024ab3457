"""The page of an explanation says what was found, and opens in a browser at every width."""

from math import nan

import pytest
from explanations import make_explanation

from netwright.records.explanation import Explanations, FrameHeat
from netwright.report.explanation_headline import (
    agreement_text,
    explanation_facts,
    explanation_headline,
    explanation_lead,
)
from netwright.report.explanation_page import explanation_html
from netwright.report.explanation_text import explanation_text
from netwright.report.sections.explanation import explanations_section
from netwright.report.write import write_pictures, write_report

EMPTY = tuple(FrameHeat(share=nan, lost=0.1 * place) for place in range(16))
RECORDS = {
    "clip": make_explanation(),
    "long": make_explanation(300, hot=200),
    "short": make_explanation(2, hot=1),
    "image": make_explanation(1, source="a.png"),
    "wrong": make_explanation(truth=3),
    "another class": make_explanation(label=2),
    "empty": make_explanation(agreement=nan, agreement_by_chance=nan, frames=EMPTY),
    "hostile": make_explanation(name="<script>window.hacked = 1</script>{{ 7 }} of a class with a long name"),
}
WIDE, NARROW = 1400, 390


def words(html):
    return html.split('<script type="application/json"')[0].split("</style>")[1]


def test_the_page_says_what_was_found():
    page = words(explanation_html(RECORDS["wrong"]))
    places = [page.index(f'<section id="{section}"') for section in ("heat", "answer", "frames")]
    assert places == sorted(places)
    for text in (
        "class 1 (60%): wrong, it is class 3",
        "Hiding frames tells the same (rank correlation +0.93; 6% of the shifts in time agree as well).",
        "frame 5, 0.20 s",
        "−2.50 in log odds",
        "trunk.3 (4 x 3x3)",
        "60.0%",
        "2 more classes are less probable",
        "a note",
    ):
        assert text in page


def test_an_image_has_no_time():
    page = words(explanation_html(RECORDS["image"]))
    assert "<h2>Where</h2>" in page
    assert "loss" not in page.lower()
    assert 'id="frames"' not in page
    assert explanation_lead(RECORDS["image"]) == "The heat shows what speaks for class 1 at trunk.3."


@pytest.mark.parametrize(
    ("record", "headline"),
    [
        ("clip", "class 1 (60%)"),
        ("wrong", "class 1 (60%): wrong, it is class 3"),
        ("another class", "class 2 (20%), while the answer is class 1 (60%)"),
    ],
)
def test_the_headline_says_what_is_explained(record, headline):
    assert explanation_headline(RECORDS[record]) == headline
    assert explanation_headline(make_explanation(truth=1)) == "class 1 (60%)"


def test_the_lead_names_the_shortest_and_hottest_stretch_with_half_of_the_heat():
    def half(*shares):
        frames = tuple(FrameHeat(seconds=place / 10, share=share, drop=0.1) for place, share in enumerate(shares))
        return explanation_lead(make_explanation(8, frames=frames)).partition(". ")[0]

    where = "Half of the heat for class 1 lies in"
    assert half(0.0, 0.1, 0.4, 0.2, 0.1, 0.1, 0.1, 0.0) == f"{where} frames 2 to 3 of 8 (0.20 to 0.30 s)"
    assert half(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0) == f"{where} frame 3 of 8 (0.30 to 0.30 s)"
    even = tuple(FrameHeat(share=1 / 8, drop=0.1) for _ in range(8))
    assert "is spread over the whole clip" in explanation_lead(make_explanation(8, frames=even))


@pytest.mark.parametrize(
    ("agreement", "chance", "told"),
    [
        (0.9, 0.0625, "tells the same"),
        (0.9, 0.5, "hardly confirms"),
        (0.3, 0.0625, "hardly confirms"),
        (-0.2, 0.9, "tells otherwise"),
    ],
)
def test_agreement_needs_a_high_correlation_that_shifts_rarely_reach(agreement, chance, told):
    assert told in agreement_text(make_explanation(agreement=agreement, agreement_by_chance=chance))


def test_where_two_curves_cannot_be_compared_the_flat_one_is_named():
    flat = {"agreement": nan, "agreement_by_chance": nan}
    still = tuple(FrameHeat(share=place / 28, lost=1e-5) for place in range(8))
    unmoved = make_explanation(8, frames=still, **flat)
    assert "nothing changes when frames are hidden" in agreement_text(unmoved)
    assert "in log odds" not in "".join(fact.below for fact in explanation_facts(unmoved))
    same = tuple(FrameHeat(share=1 / 8, lost=place / 10) for place in range(8))
    assert "the heat is the same in every frame" in agreement_text(make_explanation(8, frames=same, **flat))
    assert explanation_lead(RECORDS["empty"]) == "Nothing at trunk.3 speaks for class 1: the heat is 0 everywhere."


def test_the_terminal_gets_the_same_figures():
    text = " ".join(explanation_text(RECORDS["clip"]).split())
    for part in ("a.avi: class 1 (60%)", "class 2 20.0%", "5 0.20 s 22.4% +0.400 +2.50", "heat of trunk.3", "! a note"):
        assert part in text
    assert "share of heat" not in explanation_text(RECORDS["image"])


def test_a_study_shows_each_explanation_or_says_why_there_is_none():
    section = explanations_section(Explanations(each=(RECORDS["clip"], RECORDS["wrong"])))
    assert [one["title"] for one in section.content["each"]] == ["class 1 (60%)", "class 1 (60%): wrong, it is class 3"]
    assert [len(one["panels"]) for one in section.content["each"]] == [2, 2]
    assert explanations_section(Explanations(missing="no places")).content["missing"] == "no places"
    assert explanations_section(Explanations()) is None
    assert explanations_section(None) is None


def test_the_section_of_a_study_is_drawn(opened_section):
    page = opened_section(Explanations(each=(RECORDS["hostile"], RECORDS["image"])))
    assert page.locator("section .chart svg").count() == 3
    assert page.evaluate("window.hacked") is None


@pytest.fixture
def opened_section(browser, tmp_path):
    from netwright.report.assembly import Head, assembled, section_texts
    from netwright.report.sections.section import Group

    def open_page(record):
        groups = (Group("The chosen model", (explanations_section(record),)),)
        content = {"kicker": "", "headline": "", "verdict": "", "facts": ()}
        text = assembled(Head("dynamics_head.html.j2", "a", content), groups, section_texts(groups, {}), {})
        (tmp_path / "s.html").write_text(text)
        page = browser.new_page(viewport={"width": NARROW, "height": 900})
        page.goto((tmp_path / "s.html").as_uri())
        return page

    return open_page


def test_pictures_are_written_as_svg_and_png(tmp_path):
    files = write_pictures(RECORDS["clip"], tmp_path)
    assert [file.name for file in files] == ["explanation.svg", "explanation.png"]
    assert files[1].read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
def test_the_page_opens_without_a_complaint_and_fits(browser, tmp_path, name, width, scheme):
    address = write_report(RECORDS[name], tmp_path / "page.html").as_uri()
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    messages, outside = [], []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: outside.append(request.url))
    page.goto(address)
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    assert messages == []
    assert [url for url in outside if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert page.evaluate("window.hacked") is None
    panels = page.locator("#heat .chart svg")
    assert panels.count() == (2 if len(RECORDS[name].shown) > 8 else 1)
    # the smallest letters can be read
    assert page.evaluate("document.querySelector('#heat svg').getBoundingClientRect().width / 400 * 11") >= 9
    page.close()
