"""The pages of prunings and sweeps: what they say, and how they open in a browser."""

import pytest
from pruned_models import (
    HOSTILE,
    make_heads_gone,
    make_hostile_pruning,
    make_hostile_sweep,
    make_layers_gone,
    make_pruning,
    make_sweep,
    make_untested,
)

from netwright.records.pruning import Sweep
from netwright.report.pruning_page import pruning_html, sweep_html
from netwright.report.sections.pruning_figures import figures_table
from netwright.report.sections.pruning_speed import predictions
from netwright.report.sections.pruning_sweep import sweep_table
from netwright.report.write import write_pictures, write_report

WIDE, NARROW = 1400, 390
RECORDS = {
    "pruning": make_pruning(),
    "untested": make_untested(),
    "layers": make_layers_gone(),
    "heads": make_heads_gone(),
    "hostile": make_hostile_pruning(),
    "sweep": make_sweep(),
    "domains": make_sweep(7, 1, ("films", "products"), timed=False),
    "hostile sweep": make_hostile_sweep(),
}


def words(html):
    return html.split('<script type="application/json"')[0].split("</style>")[1]


def test_the_page_says_what_was_measured():
    page = words(pruning_html(RECORDS["pruning"]))
    for text in (
        "51% of the neurons removed, 0.2 points of accuracy lost, 1.39 times as fast",
        "then repaired",
        "87.2% (85.7%–88.6%)",
        "1.36–1.42, 95% interval",
        "Feed-forward networks take 61%",
        "Calibration texts come from the training part.",
    ):
        assert text in page


def test_what_was_not_measured_is_left_out():
    page = words(pruning_html(RECORDS["untested"]))
    assert 'id="pruning_speed"' not in page
    assert "Accuracy" not in page
    assert "test texts" not in page
    assert [row[0].text for row in figures_table(RECORDS["untested"]).rows] == [
        "Parameters",
        "Weights",
        "FLOPs",
    ]


def test_layers_that_went_are_named():
    page = words(pruning_html(RECORDS["layers"]))
    assert "Layers that went, counted from 0: 2, 4." in page


def test_a_slower_model_is_not_called_faster():
    page = words(pruning_html(make_pruning(speedup=1.01, speedup_low=0.97, speedup_high=1.05)))
    assert "not settled by these timings" in page
    assert "It is faster" not in page


def test_predictions_follow_amdahls_law():
    found = predictions(RECORDS["pruning"])
    kept = (700 + 900 + 640 + 800 + 512 + 1000) / (6 * 1536)
    assert found["by arithmetic"] == pytest.approx(1.38 / 0.92)
    assert found["by feed-forward share"] == pytest.approx(1 / (0.39 + 0.61 * kept))
    assert found["at most"] == pytest.approx(1 / 0.39)
    assert list(predictions(RECORDS["heads"])) == ["by arithmetic"]
    assert list(predictions(make_pruning(share=None))) == ["by arithmetic"]
    assert "at most" not in predictions(make_pruning(share=1.0))


def test_a_sweep_compares_methods_where_half_went():
    page = words(sweep_html(RECORDS["sweep"]))
    assert "Second order, repaired keeps" in page
    assert "with 52% removed" in page
    assert "4 ways to prune, 20 settings, 3 draws of calibration texts" in page
    assert "Time is that of one thread." in page


def test_a_table_has_a_row_a_setting_and_means_over_draws():
    table = sweep_table(RECORDS["sweep"])
    points = [p for p in RECORDS["sweep"].points if p.method == "arbitrary" and p.setting == "alpha 0.52"]
    row = next(row for row in table.rows if (row[0].text, row[1].text) == ("arbitrary", "alpha 0.52"))
    assert len(table.rows) == 4 * 6
    assert row[3].text == f"{sum(p.accuracy for p in points) / 3:.1%}"
    assert row[-1].text == "3"
    assert [cell.text for cell in sweep_table(RECORDS["domains"]).columns] == [
        "Method",
        "Setting",
        "Removed",
        "Accuracy",
        "Divergence",
        "Draws",
    ]


def test_each_domain_has_its_section():
    page = words(sweep_html(RECORDS["domains"]))
    assert page.index("Accuracy against what went on films") < page.index("Accuracy against what went on products")
    assert "-time" not in page


def test_an_empty_sweep_has_a_page():
    assert "Nothing was removed" in words(sweep_html(Sweep(title="none", points=())))


def test_methods_beyond_the_colours_stand_in_the_table():
    page = words(sweep_html(RECORDS["hostile sweep"]))
    assert "2 more stand in the table" in page
    assert "<img src=x" not in page


def test_pictures_have_a_legend(tmp_path):
    paths = write_pictures(RECORDS["sweep"], tmp_path / "sweep")
    assert [path.name for path in paths] == ["accuracy.svg", "accuracy.png", "time.svg", "time.png"]
    drawing = (tmp_path / "sweep" / "accuracy.svg").read_text(encoding="utf-8")
    for text in ("anatomy criterion", "second order, repaired", "dense 87.1%"):
        assert text in drawing
    names = [path.name for path in write_pictures(RECORDS["heads"], tmp_path / "heads") if path.suffix == ".svg"]
    assert names == ["neurons.svg", "heads.svg"]
    assert write_pictures(RECORDS["layers"], tmp_path / "layers") == []
    names = [path.name for path in write_pictures(RECORDS["domains"], tmp_path / "two") if path.suffix == ".svg"]
    assert names == ["accuracy.svg", "accuracy-1.svg"]


@pytest.mark.parametrize(
    ("name", "width"), [*((name, NARROW) for name in RECORDS), ("heads", WIDE), ("hostile sweep", WIDE)]
)
def test_every_page_opens_without_a_complaint_a_request_or_a_scroll_bar(name, width, browser, tmp_path):
    path = write_report(RECORDS[name], tmp_path / "page.html")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
    messages, outside = [], []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: outside.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    assert messages == []
    assert [url for url in outside if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.evaluate("window.hacked") is None
    for chart in page.locator(".chart").all():
        place, drawing = chart.bounding_box(), chart.locator("svg").bounding_box()
        assert 0.9 * place["width"] <= drawing["width"] <= place["width"] + 1
    page.close()


def test_hostile_texts_stay_text():
    page = words(pruning_html(RECORDS["hostile"]))
    assert "<img src=x" not in page
    assert HOSTILE[:9] not in page.replace("&lt;/script&gt;", "")
