import pytest
from evaluations import make_evaluation

from netwright.report.evaluation_headline import evaluation_headline, evaluation_lead
from netwright.report.evaluation_page import evaluation_html
from netwright.report.evaluation_text import evaluation_text
from netwright.report.write import write_pictures, write_report

RECORDS = {
    "few": make_evaluation(4),
    "clips": make_evaluation(16, clips=True),
    "many": make_evaluation(101),
    "perfect": make_evaluation(3, wrong=0),
    "hostile": make_evaluation(7, name="<script>window.hacked = 1</script>{{ 7 }} of a class that has a long name"),
}
WIDE, NARROW = 1400, 390


def words(html):
    return html.split('<script type="application/json"')[0].split("</style>")[1]


def test_the_page_says_what_was_counted():
    record = RECORDS["clips"]
    page = words(evaluation_html(record))
    places = [page.index(f'<section id="{section}"') for section in ("accuracies", "confusion", "classes")]
    assert places == sorted(places)
    top1 = record.whole.top1
    for text in (
        f"{top1.value:.1%}",
        f"{top1.low:.1%}–{top1.high:.1%}",
        "Of clips",
        "class 3",
        "Most confused",
        "a note",
    ):
        assert text in page


def test_confusions_and_leans_are_told_in_words():
    record = RECORDS["few"]
    assert evaluation_headline(record) == "75.0% of 160 images are right"
    lead = evaluation_lead(record)
    assert lead.startswith("Most often, class 1 is taken for class 0: 14 of 40 images.")
    assert lead.endswith("The model answers more often than the images warrant with class 0 (+25.0%).")
    assert evaluation_lead(RECORDS["perfect"]) == "No image of toy is taken for another class."
    assert "Nothing was confused." in words(evaluation_html(RECORDS["perfect"]))


def test_the_terminal_gets_the_same_figures():
    text = " ".join(evaluation_text(RECORDS["few"]).split())
    for part in (
        "75.0% of 160 images are right",
        "class 1 class 0 14",
        "class 0 towards +25.0%",
        "! a note",
    ):
        assert part in text


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", RECORDS)
def test_every_page_opens_without_a_complaint_or_a_scroll_bar(name, width, browser, tmp_path):
    path = write_report(RECORDS[name], tmp_path / "page.html")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    assert told == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.locator(".chart svg").count() == page.locator("[data-chart]").count() == 1
    assert page.evaluate("window.hacked") is None
    # every class is named on both sides, and no column is narrower than its name is high
    count = len(RECORDS[name].classes)
    labels = page.locator(".chart svg .role-axis-label text")
    assert labels.count() == 2 * count
    matrix = page.locator(".chart svg").bounding_box()
    assert matrix["width"] >= 8.4 * count
    page.close()


def test_a_matrix_is_a_picture_too(tmp_path):
    written = write_pictures(RECORDS["clips"], tmp_path)
    assert [path.name for path in written] == ["confusion.svg", "confusion.png"]
    svg = written[0].read_text()
    assert svg.count("class 3") >= 2
