"""The live page: what it says of each state."""

import json
import re
from html import unescape

import pytest
from monitor_states import START, STATES, accuracy, alarming, empty, quiet

from netwright.records.monitor import MonitorState, Window
from netwright.report.monitor_page import monitor_html
from netwright.report.monitor_plots import Axis, Line, Point, axis_for, drawing
from netwright.report.monitor_tables import gauges
from netwright.report.monitor_text import label_remarks, monitor_headline
from netwright.report.monitor_windows import SLOTS, slots, traffic


def words(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body")[2])))


@pytest.mark.parametrize("name", STATES)
def test_every_state_has_its_page_and_survives_json(name):
    state = STATES[name]()
    page = monitor_html(state)
    assert monitor_html(MonitorState.from_json(state.to_json())) == page
    assert not re.search(r"\b(nan|inf)\b", words(page.partition("<script>")[0]), re.IGNORECASE)
    assert json.loads(state.to_json())["name"] == state.name
    assert len(page) < 200_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty", ["Nothing has come yet", "No request has come yet", "No label has come yet", "decision names none"]),
        ("quiet", ["The decision stands", "3,600 events were read", "90.0%", "cannot be watched", "10 ms"]),
        (
            "alarming",
            ["Brightness has drifted, and 1 more alarm", '--acknowledge "drift:brightness"', "1 acknowledged",
             "7 events wait to be read", "500 × 429", "another package", "no fair sample", "Only 2.8% of the answers",
             "replaced an earlier one", "a model's own predictions", "belong to no answer", "3 answers came"],
        ),
    ],
)  # fmt: skip
def test_it_says_what_is_the_matter(name, said):
    text = words(monitor_html(STATES[name]()))
    for part in said:
        assert part in text


def test_what_has_drifted_stands_first():
    assert [one.name for one in gauges(alarming())] == ["brightness", "contrast"]
    assert gauges(alarming())[0].place == 100
    assert gauges(alarming())[1].place == pytest.approx(25)


def test_a_page_that_stays_as_it_is_has_no_refresh():
    assert 'http-equiv="refresh"' in monitor_html(quiet())
    still = monitor_html(quiet(), None)
    assert "data-refresh=" not in still
    assert 'http-equiv="refresh"' not in still


def test_headlines():
    seen = [alarm.model_copy(update={"acknowledged": 1.0}) for alarm in alarming().alarms]
    assert monitor_headline(quiet(alarms=tuple(seen))) == "All alarms were seen"
    assert monitor_headline(empty()) == "Nothing has come yet"


def test_fair_labels_need_no_remark_but_their_delay():
    assert label_remarks(quiet()) == ["Half of the labels came within 1 min of the answer, 90% within 5 min."]
    assert len(label_remarks(quiet(accuracy=accuracy(confidence_labelled=0.9)))) == 2


def test_windows_without_events_are_there_and_end_now_or_long_ago():
    state = quiet(windows=(Window(start=START), Window(start=START + 120)), time=START + 200)
    found = slots(state)
    assert len(found) == SLOTS
    assert found[-1].start == START + 180
    assert slots(quiet(windows=state.windows, time=START + 1e7))[-1].start == START + 120
    wrong = (*state.windows, Window(start=START + 6e9))
    assert slots(quiet(windows=wrong, time=START + 200))[-1].start == START + 180
    assert slots(quiet(windows=state.windows, time=START - 1e7))[-1].start == START + 120


def test_rates_of_windows_that_are_not_over_are_not_drawn():
    plot = traffic(quiet(time=START + 59 * 60 + 5))
    assert plot is not None
    assert "1 answered, 0 refused in the last whole window" in plot.label


@pytest.mark.parametrize("highest", [1e-9, 0.003, 0.9, 1.0, 17, 123456.0])
def test_axes_hold_what_is_drawn_with_few_round_marks(highest):
    axis = axis_for([0.0, highest])
    assert axis.marks[0] == 0
    assert highest <= axis.high <= 2.6 * highest
    assert 3 <= len(axis.marks) <= 6


def test_an_axis_of_nothing_is_an_axis():
    assert axis_for([]).high >= 1


def test_gaps_break_a_line_and_lonely_points_are_seen():
    axis = Axis(0, 1, (0, 1), ("0", "1"))
    nan = float("nan")
    points = tuple(Point(x / 4, y) for x, y in enumerate([0.5, 0.5, nan, 0.7, nan]))
    shapes = drawing("x", axis, [Line("a", "c0", points)], (0, 100)).shapes
    assert 'class="course c0" d="M0.0 50.00L250.0 50.00M750.0 30.00"' in shapes
    assert 'class="spot c0" d="M750.0 30.00h0"' in shapes
