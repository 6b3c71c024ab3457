"""The tables of the live page: what moved, which conditions hold, who answered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from netwright.records.drift import Effect, FeatureDrift
from netwright.records.monitor import MonitorState, TriggerState
from netwright.report.monitor_plots import clock
from netwright.report.monitor_text import STANDINGS, drift_words, effect_text, evidence_text
from netwright.report.table import Cell, Table

_SCALE = 2.0
_OK = 200


@dataclass(frozen=True)
class Gauge:
    """How far a number has moved, beside how far it may.

    Args:
        name: The number.
        group: What it belongs to.
        symbol: How it stands, as a sign.
        kind: How it stands, as a class.
        words: How it stands, in words.
        effect: Its effect sizes, in words.
        evidence: How sure that is.
        place: Of the effect, in percent of the scale, which ends at twice the threshold.
        low: Of the lower end of its interval.
        high: Of the upper end.
    """

    name: str
    group: str
    symbol: str
    kind: str
    words: str
    effect: str
    evidence: str
    place: float | None
    low: float
    high: float


def gauges(state: MonitorState) -> list[Gauge]:
    """Return every watched number, what has drifted first, then by how far it has moved."""
    return [_gauge(one) for one in sorted(state.drift.features, key=lambda one: (one.alarm is None, -_ratio(one)))]


def condition_table(states: Sequence[TriggerState]) -> Table:
    """Return the decision's conditions and how each stands."""
    columns = (Cell("Take the decision anew when"), Cell("Stands"), Cell("What was seen"))
    rows = tuple(
        (Cell(one.text, below=_number(i)), _standing(one), Cell(one.detail)) for i, one in enumerate(states, 1)
    )
    return Table(columns, rows)


def route_table(state: MonitorState) -> Table:
    """Return who answered: a row a version, candidate and route, with statuses, share and accuracy."""
    totals: defaultdict[tuple[str, str, str], dict[int, int]] = defaultdict(dict)
    for one in state.counts:
        totals[one.version, one.model, one.route][one.status] = one.n
    known = {(one.version, one.model, one.route): one for one in state.accuracy.routes}
    columns = tuple(map(Cell, ("Route", "Version", "Model", "Answered", "Refused or failed", "Share", "Accuracy")))
    rows = []
    for key, statuses in sorted(totals.items(), key=lambda item: -sum(item[1].values())):
        version, model, route = key
        failed = {status: n for status, n in sorted(statuses.items()) if status != _OK}
        told = known.get(key)
        accuracy = (
            Cell(f"{told.right / told.labelled:.1%}", f"{told.low:.1%}–{told.high:.1%} of {told.labelled:,}")
            if told and told.labelled
            else Cell("no labels")
        )
        rows.append(
            (
                Cell(route),
                Cell(version, below="this package" if version == state.version else "another package"),
                Cell(model or "–"),
                Cell(f"{statuses.get(_OK, 0):,}"),
                Cell(f"{sum(failed.values()):,}", ", ".join(f"{n:,} × {status}" for status, n in failed.items())),
                Cell(f"{sum(statuses.values()) / max(state.events, 1):.1%}"),
                accuracy,
            )
        )
    return Table(columns, tuple(rows))


def _gauge(one: FeatureDrift) -> Gauge:
    symbol, kind, words = drift_words(one)
    effect = _nearest(one)
    places: tuple[float | None, float, float] = (None, 0.0, 0.0)
    if effect is not None and effect.threshold:
        scaled = [100 * min(x / (_SCALE * effect.threshold), 1.0) for x in (effect.value, effect.low, effect.high)]
        places = (scaled[0], scaled[1], scaled[2])
    return Gauge(
        one.feature, one.group, symbol, kind, words, effect_text(one.effects), evidence_text(one.e_value), *places
    )


def _nearest(one: FeatureDrift) -> Effect | None:
    """Return the effect that is nearest to its threshold, or farthest beyond."""
    judged = [effect for effect in one.effects if effect.threshold]
    return max(judged, key=lambda effect: effect.value / (effect.threshold or 1), default=None)


def _ratio(one: FeatureDrift) -> float:
    effect = _nearest(one)
    return effect.value / effect.threshold if effect is not None and effect.threshold else 0.0


def _standing(one: TriggerState) -> Cell:
    symbol, kind = STANDINGS[one.standing]
    words = {"holds": "not so", "watching": "not known yet", "fired": "came true"}.get(one.standing, one.standing)
    since = f"{clock(one.since, day=True)} UTC" if one.since is not None else ""
    return Cell(words, since, symbol, kind)


def _number(place: int) -> str:
    return f"condition {place}"
