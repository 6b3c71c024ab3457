"""How robust the choice is: to weights, to the noise of the measurements, to more seeds."""

from collections.abc import Mapping
from math import isfinite, isnan

from netwright.records.decision import Decision
from netwright.records.study import Study
from netwright.records.tradeoff import Settlement, Standpoint, TradeOffs
from netwright.report.anchors import anchor
from netwright.report.charts.acceptability import acceptability_chart, rank_names
from netwright.report.figures import count_text, decimal_text, share_text, value_text
from netwright.report.palette import RANK_INKS
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell


def robustness_section(study: Study) -> Section | None:
    """Return rank acceptability, central weights, utility, the smallest flip, and the seeds that settle constraints.

    Args:
        study: The study.

    Returns:
        The section; None where no trade-offs are recorded.
    """
    decision, tradeoffs = study.decision, study.decision.tradeoffs
    if tradeoffs is None:
        return None
    chart = acceptability_chart(tradeoffs.standpoints)
    ranks = rank_names(max((len(s.acceptability) for s in tradeoffs.standpoints), default=0))
    content = {
        "ranks": tuple(zip(ranks, range(len(RANK_INKS)), strict=False)),
        "standpoints": standpoint_table(decision, tradeoffs),
        "flip": tradeoffs.flip,
        "flips": flip_table(decision, tradeoffs),
        "settlements": [(s.candidate, settlement_text(decision, s)) for s in tradeoffs.settlements],
        "anchors": anchor_table(decision, tradeoffs),
        "given": tradeoffs.anchors_given,
    }
    return Section("robustness", "How robust the choice is", content, drawn({"acceptability": chart}))


def standpoint_table(decision: Decision, tradeoffs: TradeOffs) -> Table:
    """Return one row a contender: first ranks, confidence, utility, volume, knee, central weights.

    Args:
        decision: The decision, which names the qualities.
        tradeoffs: Its trade-offs.

    Returns:
        The table.
    """
    titles = _titles(decision)
    weighted = any(standpoint.utility for standpoint in tradeoffs.standpoints)
    columns = (
        Cell("Candidate"),
        Cell("Ranks first", below="of weights and draws"),
        Cell("Confidence", below="at its central weights"),
        *((Cell("Utility", below="with the scenario's weights"),) if weighted else ()),
        Cell("Hypervolume", below="that only it adds"),
        Cell("Knee", below="beyond the plane of the ends"),
        *(Cell(titles.get(quality, quality), below="central weight") for quality in tradeoffs.qualities),
    )
    ranked = sorted(tradeoffs.standpoints, key=lambda s: tuple(-share for share in s.acceptability))
    return Table(columns, tuple(_standpoint_row(s, tradeoffs, weighted) for s in ranked))


def flip_table(decision: Decision, tradeoffs: TradeOffs) -> Table:
    """Return one row a quality: its weight, and its weight where another candidate draws level.

    Args:
        decision: The decision, which names the qualities.
        tradeoffs: Its trade-offs.

    Returns:
        The table; without rows where no change of weights flips the winner.
    """
    columns = (Cell("Quality"), Cell("Weight"), Cell("At the flip"), Cell("Change"))
    if tradeoffs.flip is None:
        return Table(columns, ())
    titles, flip = _titles(decision), tradeoffs.flip
    rows = []
    for quality, weight in flip.weights.items():
        changed = flip.changed.get(quality, weight)
        change = decimal_text(changed - weight, 2, signed=True)
        rows.append((Cell(titles.get(quality, quality)), Cell(f"{weight:.2f}"), Cell(f"{changed:.2f}"), Cell(change)))
    return Table(columns, tuple(rows))


def anchor_table(decision: Decision, tradeoffs: TradeOffs) -> Table:
    """Return one row a quality: where its utility is 0 and where it is 1.

    Args:
        decision: The decision, which names the qualities.
        tradeoffs: Its trade-offs.

    Returns:
        The table.
    """
    units = {quality.name: quality.unit for quality in decision.qualities}
    titles = _titles(decision)
    rows = tuple(
        (
            Cell(titles.get(name, name)),
            *(Cell(_amount(end, units.get(name))) for end in ends),
            Cell(tradeoffs.anchored_by.get(name, "–")),
        )
        for name, ends in tradeoffs.anchors.items()
    )
    return Table((Cell("Quality"), Cell("Utility 0"), Cell("Utility 1"), Cell("Read from")), rows)


def settlement_text(decision: Decision, settlement: Settlement) -> str:
    """Return how many seeds would settle an undecided constraint, in words.

    Args:
        decision: The decision, which names the qualities.
        settlement: The settlement.

    Returns:
        The sentence, without the candidate.
    """
    title = _titles(decision).get(settlement.quality, settlement.quality)
    now = f"{title} holds with P {share_text(settlement.probability)} after {count_text(settlement.seeds, 'seed')}"
    if not isfinite(settlement.needed):
        return f"{now}; no number of seeds would settle it while the estimate stays"
    return f"{now}; {settlement.needed:,.0f} in all would settle it if the estimate stays"


def _standpoint_row(standpoint: Standpoint, tradeoffs: TradeOffs, weighted: bool) -> tuple[Cell, ...]:
    first = standpoint.acceptability[0] if standpoint.acceptability else float("nan")
    never = isnan(standpoint.confidence)
    weights = (standpoint.central_weights.get(quality) for quality in tradeoffs.qualities)
    return (
        candidate_cell(standpoint.candidate, anchor("robustness", standpoint.candidate)),
        Cell(share_text(first)),
        Cell("–" if never else share_text(standpoint.confidence)),
        *((_utility(standpoint),) if weighted else ()),
        Cell(decimal_text(standpoint.hypervolume, 3)),
        Cell(decimal_text(standpoint.knee, 2)),
        *(Cell("–" if weight is None else f"{weight:.2f}") for weight in weights),
    )


def _utility(standpoint: Standpoint) -> Cell:
    if standpoint.utility is None:
        return Cell("–")
    value, low, high = standpoint.utility
    return Cell(f"{value:.3f}", below=f"{low:.3f}–{high:.3f}")


def _titles(decision: Decision) -> Mapping[str, str]:
    return {quality.name: quality.title for quality in decision.qualities}


def _amount(value: float, unit: str | None) -> str:
    # zero is zero in every unit
    return f"{value:g}" if unit is None or value == 0 else value_text(value, unit)
