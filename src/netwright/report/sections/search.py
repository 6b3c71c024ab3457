"""Modification searches: the budget as used, every proposal, and the best beside the hand-written candidate."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from netwright.records.decision import Decision
from netwright.records.measurement import Measurement
from netwright.records.quality import Quality
from netwright.records.search import Comparison, Effect, Search
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.charts.attempts import HEIGHT, KIND_INKS, KIND_TITLES, attempts_chart, progress_chart
from netwright.report.charts.effects import effects_chart
from netwright.report.figures import decimal_text, interval_text, share_text, value_text
from netwright.report.palette import FACTOR_INKS
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table

SPLIT = {"layers": 0.5, "values": 0.3, "which": 0.2}
"""How a budget is meant to be spent (scalability paper, section III)."""


@dataclass(frozen=True)
class SearchView:
    """What the page shows of one search.

    Args:
        search: The search.
        anchor: What links to it end in.
        place: Its number, in the names of its drawings.
        budget: The split of the budget.
        proposals: How many were tried.
        stopped: How many proposals were stopped early.
        comparison: Hand-written beside found; without rows where no proposal was better.
        changes: What was changed, in words.
        effects: Sensitivity of accuracy to each hyper-parameter.
    """

    search: Search
    anchor: str
    place: int
    budget: Table
    proposals: int
    stopped: int
    comparison: Table
    changes: tuple[str, ...]
    effects: Table


def search_section(study: Study) -> Section | None:
    """Return every modification search of a study.

    Args:
        study: The study.

    Returns:
        The section; None where nothing was searched.
    """
    if not study.searches:
        return None
    charts: dict[str, Any] = {}
    views: list[SearchView] = []
    for place, search in enumerate(study.searches):
        charts[f"progress-{place}"] = progress_chart(search)
        charts[f"attempts-{place}"] = attempts_chart(search)
        charts[f"effects-{place}"] = effects_chart(search.effects)
        # a second search of the same candidate has a place of its own
        again = any(view.search.base == search.base for view in views)
        views.append(_view(study.decision, search, place, anchor("search", search.base, place if again else "")))
    inks = [ink.light for ink in FACTOR_INKS]
    content = {
        "views": views,
        "kinds": [(KIND_TITLES[kind], inks.index(ink.light)) for kind, ink in KIND_INKS.items()],
        "height": HEIGHT + 60,
        "share_text": share_text,
        "duration": lambda seconds: value_text(seconds, "s"),
    }
    return Section("search", "Searching for a better form", content, drawn(charts))


def budget_table(search: Search) -> Table:
    """Return one row a kind of change: its share as meant, as used, and the best score of its proposals.

    Args:
        search: The search.

    Returns:
        The table.
    """
    proposals = [attempt for attempt in search.attempts if attempt.kind is not None]
    counts = Counter(str(attempt.kind) for attempt in proposals)
    rows = []
    for kind, share in SPLIT.items():
        scores = [attempt.score for attempt in proposals if attempt.kind == kind and isfinite(attempt.score)]
        used = f"{counts[kind]} ({counts[kind] / len(proposals):.0%})" if proposals else "0"
        best = f"{max(scores):.3f}" if scores else "–"
        rows.append((Cell(KIND_TITLES[kind]), Cell(f"{share:.0%}"), Cell(used), Cell(best)))
    return Table((Cell("Change of"), Cell("Meant"), Cell("Used"), Cell("Best score")), tuple(rows))


def comparison_table(comparison: Comparison | None, qualities: Mapping[str, Quality]) -> Table:
    """Return one row a quality: the hand-written candidate beside the one that was found.

    Args:
        comparison: Both, measured anew with every seed; None where no proposal was better.
        qualities: Name -> quality.

    Returns:
        The table; the better of two intervals that do not touch is of kind `best`.
    """
    columns = (Cell("Quality"), Cell("Hand-written"), Cell("Found"), Cell("Ratio", below="found/hand-written"))
    if comparison is None:
        return Table(columns, ())
    found = {measured.quality: measured for measured in comparison.found}
    pairs = [(m, found[m.quality]) for m in comparison.hand_written if m.quality in found and m.quality in qualities]
    return Table(columns, tuple(_compared(qualities[hand.quality], hand, other) for hand, other in pairs))


def effect_table(effects: tuple[Effect, ...]) -> Table:
    """Return one row a hyper-parameter: how much of the variance of accuracy it explains, and which way it works.

    Args:
        effects: The effects.

    Returns:
        The table, the largest share first.
    """
    columns = (
        Cell("Hyper-parameter"),
        Cell("Share", below="of the variance of accuracy"),
        Cell("Accuracy", below="one step up its values"),
        Cell("Proposals"),
    )
    rows = tuple(
        (
            Cell(effect.parameter),
            Cell(share_text(effect.share), below=f"{share_text(effect.low)}–{share_text(effect.high)}"),
            Cell(decimal_text(effect.slope, 4, signed=True)),
            Cell(str(effect.n)),
        )
        for effect in sorted(effects, key=lambda effect: -effect.share)
    )
    return Table(columns, rows)


def _view(decision: Decision, search: Search, place: int, link: str) -> SearchView:
    qualities = {quality.name: quality for quality in decision.qualities}
    changes = search.comparison.changes if search.comparison else {}
    return SearchView(
        search=search,
        anchor=link,
        place=place,
        budget=budget_table(search),
        proposals=sum(attempt.kind is not None for attempt in search.attempts),
        stopped=sum(bool(attempt.stopped) for attempt in search.attempts),
        comparison=comparison_table(search.comparison, qualities),
        changes=tuple(f"{key}: {value}" for key, value in changes.items()),
        effects=effect_table(search.effects),
    )


def _compared(quality: Quality, hand: Measurement, found: Measurement) -> tuple[Cell, ...]:
    higher = quality.direction == "higher"
    found_wins = found.low > hand.high if higher else found.high < hand.low
    hand_wins = hand.low > found.high if higher else hand.high < found.low
    ratio = f"{found.value / hand.value:.2f}" if isfinite(hand.value) and hand.value else "–"
    return (
        Cell(quality.title, below=f"{quality.direction} is better"),
        _measured(hand, wins=hand_wins),
        _measured(found, wins=found_wins),
        Cell(ratio),
    )


def _measured(measured: Measurement, *, wins: bool) -> Cell:
    interval = interval_text(measured.low, measured.high, measured.unit)
    return Cell(value_text(measured.value, measured.unit), below=interval, kind="best" if wins else "")
