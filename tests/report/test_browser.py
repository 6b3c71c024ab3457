"""The pages, opened in a browser as a reader opens them."""

from types import SimpleNamespace

import pytest

from netwright.report.write import write_report

WIDE, NARROW = 1400, 390


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Writes the page of a record once, however many tests open it."""
    folder, pages = tmp_path_factory.mktemp("pages"), {}

    def write_once(record):
        # the record is kept with its page, so that its identity is never another's
        if id(record) not in pages:
            pages[id(record)] = (record, write_report(record, folder / f"{len(pages)}.html"))
        return pages[id(record)][1].as_uri()

    return write_once


@pytest.fixture
def opened(browser, written):
    """Opens the page of a record, and hands out the page with everything it complained of or asked for."""
    pages = []

    def open_page(record, width=WIDE, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        pages.append(page)
        seen = SimpleNamespace(page=page, messages=[], outside=[])
        page.on("console", lambda message: seen.messages.append(message.text))
        page.on("pageerror", lambda error: seen.messages.append(str(error)))
        page.on("dialog", lambda dialog: (seen.messages.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: seen.outside.append(request.url))
        page.goto(written(record))
        page.wait_for_selector("html[data-drawn]", state="attached", timeout=30_000)
        seen.outside = [url for url in seen.outside if not url.startswith(("file:", "data:", "blob:"))]
        return seen

    yield open_page
    for page in pages:
        page.close()


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def drawn(page):
    return page.locator(".chart svg").count()


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_record_opens_without_a_complaint_or_a_request(any_record, opened, width):
    seen = opened(any_record, width)
    assert seen.messages == []
    assert seen.outside == []
    assert overflow(seen.page) == 0
    assert drawn(seen.page) == seen.page.locator("[data-chart]").count()
    assert seen.page.evaluate("window.hacked") is None


def test_the_drawings_show_every_candidate(study, opened):
    page = opened(study).page
    assert drawn(page) == 2 + 4
    for name in ("scaling", "pareto"):
        words = page.locator(f"[data-chart={name}] svg").text_content()
        for candidate in study.decision.candidates:
            assert candidate.name in words


def test_drawings_fill_their_place_and_stay_inside(study, opened):
    page = opened(study, NARROW).page
    for chart in page.locator(".chart").all():
        place, drawing = chart.bounding_box(), chart.locator("svg").bounding_box()
        assert 0.9 * place["width"] <= drawing["width"] <= place["width"] + 1


def test_names_stand_beside_the_lines_or_in_the_key(study, opened):
    wide, narrow = opened(study).page, opened(study, NARROW).page
    assert (wide.locator(".names").is_visible(), narrow.locator(".names").is_visible()) == (False, True)
    assert "resnet-small" not in narrow.locator("[data-chart=scaling] svg").text_content()


def test_drawings_follow_a_dark_scheme_and_print_light(study, opened):
    page = opened(study, scheme="dark").page
    colour = "getComputedStyle(document.querySelector('[data-chart=scaling] text[fill=\"#5b6470\"]')).fill"
    assert page.evaluate(colour) == "rgb(154, 164, 175)"
    page.emulate_media(media="print")
    assert page.evaluate(colour) == "rgb(91, 100, 112)"


def test_a_window_that_narrows_is_drawn_anew(study, opened):
    page = opened(study).page
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.wait_for_function("!document.querySelector('[data-chart=scaling]').textContent.includes('resnet-small')")
    assert overflow(page) == 0


def test_without_scripts_the_figures_are_still_there(study, browser, written):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written(study))
    assert "googlenet-small" in page.locator("#costs").inner_text()
    context.close()


def test_a_link_of_the_analysis_opens_the_folded_table_it_leads_into(complete_study, opened):
    page = opened(complete_study).page
    row = page.locator("[id='trials/resnet-small-n2000-s0']")
    assert not row.is_visible()
    page.locator(".clauses a[href='#trials/resnet-small-n2000-s0']").first.click()
    row.wait_for(state="visible")
    assert row.evaluate(
        "row => { const at = row.getBoundingClientRect(); return at.top >= 0 && at.top < innerHeight; }"
    )


def test_every_drawing_of_a_complete_study_names_its_rows(complete_study, opened):
    page = opened(complete_study).page
    for chart in ("scalability", "acceptability", "load"):
        words = page.locator(f"[data-chart={chart}] svg").text_content()
        assert "resnet-small" in words
        assert "logistic-regression" in words
    assert "onnx, 2 threads" in page.locator("[data-chart=backends] svg").text_content()


def test_no_words_of_a_drawing_are_cut_or_cover_each_other(complete_study, opened):
    page = opened(complete_study, 720).page
    boxes = page.evaluate(
        """[...document.querySelectorAll("[data-chart=scalability] text")].filter((t) => t.textContent)
           .map((t) => t.getBoundingClientRect()).map((b) => [b.left, b.top, b.right, b.bottom])"""
    )
    place = page.locator("[data-chart=scalability]").bounding_box()
    assert len(boxes) == 6 * 8 + 8 + 6
    for index, (left, top, right, bottom) in enumerate(boxes):
        assert place["x"] - 1 <= left
        assert right <= place["x"] + place["width"] + 1
        for other in boxes[index + 1 :]:
            assert min(right, other[2]) - max(left, other[0]) < 1 or min(bottom, other[3]) - max(top, other[1]) < 2
