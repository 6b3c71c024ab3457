"""The live page of a monitor: one HTML text that needs nothing else, and that reads itself anew."""

import base64
import hashlib
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from netwright.records.monitor import MonitorState
from netwright.report.anchors import TOP
from netwright.report.monitor_plots import clock
from netwright.report.monitor_tables import condition_table, gauges, route_table
from netwright.report.monitor_text import capital, label_remarks, monitor_facts, monitor_headline, monitor_verdict
from netwright.report.monitor_windows import accuracy, latency, traffic
from netwright.report.palette import CANDIDATE_INKS, FACTOR_INKS, RANK_INKS

REFRESH = 5.0


def monitor_html(state: MonitorState, refresh: float | None = REFRESH) -> str:
    """Return the page of a monitor.

    Args:
        state: What it knows.
        refresh: Seconds after which the page asks for itself again; None where it stays as it is.

    Returns:
        The text of the page.
    """
    script = _script()
    return (
        _environment()
        .get_template("monitor.html.j2")
        .render(
            top=TOP,
            title=f"{state.name}: {monitor_headline(state)}",
            refresh=refresh,
            script=Markup(script),  # noqa: S704  our own file
            script_mark=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            palettes={"c": CANDIDATE_INKS, "f": FACTOR_INKS, "r": RANK_INKS},
            dark_rules="",
            **_content(state),
        )
    )


def _content(state: MonitorState) -> dict[str, object]:
    return {
        "state": state,
        "headline": monitor_headline(state),
        "verdict": monitor_verdict(state),
        "facts": monitor_facts(state),
        "plots": {"traffic": traffic(state), "latency": latency(state), "accuracy": accuracy(state)},
        "gauges": gauges(state),
        "conditions": condition_table(state.triggers),
        "routes": route_table(state),
        "remarks": label_remarks(state),
        "seen": [alarm for alarm in state.alarms if alarm.acknowledged is not None],
        "slot_class": {},
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("netwright.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    environment.filters["capital"] = capital
    return environment


@cache
def _script() -> str:
    # the mark in the page's policy is that of this text, to the byte
    environment = _environment()
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, "monitor.js")
    return source.strip()
