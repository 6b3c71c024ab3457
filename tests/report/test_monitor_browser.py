"""The live page in a browser, served as `netwright monitor` serves it."""

import threading
from types import SimpleNamespace

import pytest
from monitor_states import STATES, alarming, hostile, quiet

from netwright.report.monitor_page import monitor_html
from netwright.serving.live_page import LivePage

PATIENCE = 20_000


@pytest.fixture
def live(browser):
    """Serves a state that the test may replace, and opens its page."""
    now = SimpleNamespace(state=quiet(), messages=[], outside=[])
    page = LivePage(lambda: now.state, lambda one: monitor_html(one, 0.05), lambda one: one.to_json(), fresh=0.0)
    thread = threading.Thread(target=page.serve)
    thread.start()
    opened = []

    def open_page(state, width=1400, scheme="light", **context):
        now.state = state
        shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, **context)
        opened.append(shown)
        shown.on("console", lambda message: now.messages.append(message.text))
        shown.on("pageerror", lambda error: now.messages.append(str(error)))
        shown.on("dialog", lambda dialog: (now.messages.append(dialog.message), dialog.dismiss()))
        shown.on("request", lambda request: now.outside.append(request.url))
        shown.goto(page.address)
        return shown

    def stop():
        if thread.is_alive():
            page.close()
            thread.join()

    yield SimpleNamespace(open=open_page, now=now, stop=stop, address=page.address)
    for shown in opened:
        shown.close()
    stop()


def reads(page):
    """Wait until the page has read itself anew once more."""
    before = page.evaluate("document.documentElement.dataset.reads ?? 0")
    wait_for(page, f'html[data-reads]:not([data-reads="{before}"])')


def wait_for(page, selector):
    # the page's policy lets nobody evaluate a condition in it, so one waits for elements
    page.wait_for_selector(selector, state="attached", timeout=PATIENCE)


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_opens_without_a_complaint_and_fits(live, name, width, scheme):
    page = live.open(STATES[name](), width, scheme)
    reads(page)
    assert live.now.messages == []
    assert all(url.startswith((live.address, "data:")) for url in live.now.outside)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_it_reads_itself_anew_and_keeps_what_is_unfolded(live):
    page = live.open(alarming())
    page.locator("summary", has_text="1 acknowledged").click()
    live.now.state = alarming().model_copy(update={"alarms": alarming().alarms[1:]})
    wait_for(page, "h1:text-is('Accuracy is below 0.8')")
    assert page.locator("details[data-keep=seen]").evaluate("fold => fold.open")
    assert page.evaluate("document.activeElement.matches('details[data-keep=seen] > summary')")
    assert page.title() == "garments: Accuracy is below 0.8"
    assert live.now.messages == []


def test_a_reader_who_selects_text_is_not_disturbed(live):
    page = live.open(quiet())
    page.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    live.now.state = alarming()
    reads(page)
    reads(page)
    assert page.locator("h1").text_content() == "The decision stands"
    page.evaluate("getSelection().removeAllRanges()")
    wait_for(page, "h1:has-text('Brightness has drifted')")


def test_a_monitor_that_went_away_is_told_and_one_that_is_back_too(live):
    page = live.open(quiet())
    assert page.locator(".stale").is_hidden()
    page.route("**/", lambda route: route.abort())
    page.locator(".stale").wait_for(state="visible", timeout=PATIENCE)
    assert "This is how it stood at 2026-09-21" in page.locator(".stale").text_content()
    page.unroute("**/")
    page.locator(".stale").wait_for(state="hidden", timeout=PATIENCE)


def test_without_scripts_the_page_is_whole_and_asks_for_itself(live):
    page = live.open(alarming(), java_script_enabled=False)
    assert page.locator("h1").text_content().startswith("Brightness")
    assert page.locator(".field svg").count() == 3
    assert page.locator('noscript meta[http-equiv="refresh"]').count() == 1


def test_names_that_are_markup_stay_text(live):
    page = live.open(hostile())
    reads(page)
    assert live.now.messages == []
    assert page.locator("img").count() == 0
    assert page.locator("h1").text_content().startswith("</script><script>alert")


def test_who_cannot_see_the_drawings_is_told_what_they_show(live):
    page = live.open(alarming())
    labels = [one.get_attribute("aria-label") for one in page.locator("[role=img]").all()]
    assert len(labels) == 3
    assert all(any(letter.isdigit() for letter in label) for label in labels)
    assert page.locator("[role=status]").count() == 1
