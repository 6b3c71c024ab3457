import pytest
from watched_training import (
    make_alarmed,
    make_diverged,
    make_dynamics,
    make_geometry,
    make_hostile_dynamics,
    make_lawless,
    make_series,
    make_single,
    make_table,
    make_without_symmetry,
)

from netwright.records.geometry import Geometry
from netwright.report.dynamics_page import dynamics_html, geometry_html, symmetries_html
from netwright.report.write import write_report

WIDE, NARROW = 1400, 390


def made():
    healthy = make_dynamics()
    return {
        "healthy": healthy,
        "alarmed": make_alarmed(healthy),
        "lawless": make_lawless(healthy),
        "diverged": make_diverged(healthy),
        "single": make_single(healthy),
        "hostile": make_hostile_dynamics(healthy),
        "without symmetry": make_without_symmetry(),
        "table": make_table(),
        "geometry": make_geometry(),
    }


RECORDS = made()


def words(html):
    return html.split('<script type="application/json"')[0].split("</style>")[1]


def test_the_page_has_its_parts_in_order_alarms_first():
    page = words(dynamics_html(RECORDS["alarmed"]))
    sections = [
        "alarms",
        "translation",
        "scale",
        "rescale",
        "null",
        "attribution",
        "forecasts",
        "symmetries",
        "meaning",
    ]
    places = [page.index(f'<section id="{section}"') for section in sections]
    assert places == sorted(places)
    for text in ("check requires_grad", "call model.train()", "after 12 steps", "2 more stand in the table"):
        assert text in page


def test_formulas_stand_beside_the_kinds_that_were_read():
    page = words(dynamics_html(RECORDS["healthy"]))
    assert "c ← (1 − ηλ) c" in page
    assert "Q ← (1 − ηλ)² Q + η² N" in page
    assert "G_A" not in page


def test_what_is_absent_stands_with_its_reason_once():
    page = words(symmetries_html(RECORDS["table"]))
    assert page.count("GELU is not homogeneous") == 1
    assert "block0.mlp, block1.mlp, block2.mlp, block3.mlp, block4.mlp, block5.mlp and 3 more" in page
    assert "its weight is tied to the embedding" in page
    assert "897 charges that training conserves" in page
    assert "constrains only" in page


def test_parts_that_nothing_is_known_of_are_left_out():
    page = words(dynamics_html(RECORDS["lawless"]))
    assert 'id="attribution"' not in page
    assert 'id="forecasts"' not in page
    assert "exact law</span>" not in page


def test_parameters_that_only_rounding_moves_are_told_but_not_drawn():
    still = make_series("null", "conv.bias", start=0.0)
    healthy = RECORDS["healthy"]
    page = words(dynamics_html(healthy.model_copy(update={"series": (*healthy.series[:-1], still)})))
    assert "1 family starts at 0" in page
    assert page.count("rounding only") == 2
    assert "null-charges" not in page


def test_a_training_without_an_alarm_says_so():
    assert "None was raised" in words(dynamics_html(RECORDS["healthy"]))


def test_a_defect_that_theory_predicts_is_no_failure():
    geometry = RECORDS["geometry"]
    page = words(geometry_html(geometry))
    assert "All constraints hold" in page
    wrong = tuple(residual.model_copy(update={"predicted": None}) for residual in geometry.residuals)
    assert "1 of 8 constraints fail" in words(geometry_html(geometry.model_copy(update={"residuals": wrong})))
    assert "No constraint to check" in words(geometry_html(Geometry(residuals=(), dtype="float64")))


@pytest.mark.parametrize(
    ("name", "width"), [*((name, NARROW) for name in RECORDS), ("alarmed", WIDE), ("hostile", WIDE)]
)
def test_every_page_opens_without_a_complaint_a_request_or_a_scroll_bar(name, width, browser, tmp_path):
    path = write_report(RECORDS[name], tmp_path / "page.html")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark")
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    assert told == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert page.locator(".chart svg").count() == page.locator("[data-chart]").count()
    assert page.evaluate("window.hacked") is None
    assert all(label.get_attribute("aria-label") for label in page.locator("[data-chart]").all())
    page.close()


def test_lines_are_repainted_on_dark_ground(browser, tmp_path):
    path = write_report(RECORDS["healthy"], tmp_path / "page.html")
    page = browser.new_page(color_scheme="dark")
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
    measured = (
        "getComputedStyle(document.querySelector('[data-chart=rescale-charges] path[stroke=\"#5f5aa2\"]')).stroke"
    )
    assert page.evaluate(measured) == "rgb(163, 158, 230)"
    page.close()
