import pytest
from anatomies import make_anatomy, make_decoder, make_hostile

from netwright.report.anatomy_page import anatomy_html
from netwright.report.write import write_pictures, write_report

RECORDS = {"encoder": make_anatomy(), "decoder": make_decoder(), "hostile": make_hostile(), "many": make_anatomy(40)}
SECTIONS = ("findings", "layers", "neurons", "overlap", "delivery", "loose-ends")
WIDE, NARROW = 1400, 390


def words(html):
    return html.split('<script type="application/json"')[0].split("</style>")[1]


def test_the_page_has_its_parts_in_order():
    page = words(anatomy_html(RECORDS["encoder"]))
    places = [page.index(f'<section id="{section}"') for section in SECTIONS]
    assert places == sorted(places)
    for text in (
        "Inputs share 80%",
        "9 active neurons in layer 0, 4 in layer 1, 12 in layer 2",
        "would draw 156 edges",
        "layer 2, neuron 170",
        "−0.930",
        "10 of 10",
        "80%",
    ):
        assert text in page


def test_what_is_not_known_is_left_out_and_said():
    page = words(anatomy_html(RECORDS["decoder"]))
    assert 'id="overlap"' not in page
    assert 'id="delivery"' not in page
    assert "No neuron passes the threshold" in page
    assert "it scales its stream" in page
    assert "before the last normalisation, dashed" in page


def test_texts_beyond_the_drawn_ones_are_counted():
    page = words(anatomy_html(RECORDS["many"]))
    assert "Drawn are the first 20 texts; 20 more are in mean and spread." in page
    assert "16 more texts are not drawn" in page


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
    assert page.locator(".chart svg").count() == page.locator("[data-chart]").count()
    assert page.evaluate("window.hacked") is None
    page.close()


def test_pictures_are_named_after_the_papers_figures(tmp_path):
    names = {path.name for path in write_pictures(RECORDS["encoder"], tmp_path)}
    assert names == {f"figure-{which}.{kind}" for which in ("1", "1a", "2") for kind in ("svg", "png")}
    assert "Layer 2: 12" in (tmp_path / "figure-2.svg").read_text(encoding="utf-8")
