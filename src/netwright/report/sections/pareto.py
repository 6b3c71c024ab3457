"""What is traded for what: the front, its knee, and the exchange rates along it."""

from collections.abc import Mapping
from math import isfinite

from netwright.records.decision import Decision
from netwright.records.study import Study
from netwright.records.tradeoff import Exchange
from netwright.report.charts.pareto import pareto_chart, traded_pair
from netwright.report.figures import interval_text, rate_of, value_text
from netwright.report.palette import STATUS_SYMBOLS
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell

_STATUSES = {"chosen": "chosen", "front": "on the front", "dominated": "dominated", "rejected": "rejected"}


def pareto_section(study: Study) -> Section:
    """Return the candidates in their two most important qualities, and what each step along the front costs.

    Args:
        study: The study.

    Returns:
        The section.
    """
    decision = study.decision
    tradeoffs = decision.tradeoffs
    content = {
        "pair": traded_pair(decision),
        "statuses": [(STATUS_SYMBOLS[status], words) for status, words in _STATUSES.items()],
        "knee": tradeoffs.knee if tradeoffs else None,
        "exchanges": exchange_table(decision),
    }
    return Section("pareto", "What is traded for what", content, drawn({"pareto": pareto_chart(decision)}))


def exchange_table(decision: Decision) -> Table:
    """Return the steps along the front: what is gained, what it costs, and the rate with its interval.

    Args:
        decision: The decision.

    Returns:
        The table; without rows where no exchange is recorded.
    """
    columns = tuple(Cell(title) for title in ("To", "From", "Gained", "Paid with", "Rate"))
    exchanges = decision.tradeoffs.exchanges if decision.tradeoffs else ()
    units = {quality.name: (quality.title, quality.unit) for quality in decision.qualities}
    known = [exchange for exchange in exchanges if {exchange.gain, exchange.price} <= set(units)]
    return Table(columns, tuple(_row(exchange, units) for exchange in known))


def rate_texts(exchange: Exchange, gain_unit: str, price_unit: str) -> tuple[str, str]:
    """Return what a gain of one step costs, and the interval of that.

    Args:
        exchange: The exchange.
        gain_unit: Dimension of what is gained.
        price_unit: Dimension of what is paid.

    Returns:
        Two texts; a rate without end says that the step may gain nothing.
    """
    step, per = rate_of(exchange.gained, gain_unit)
    rate, low, high = (end * step for end in exchange.rate)
    if not isfinite(rate):
        return "may gain nothing", f"{value_text(low, price_unit)} or more per {per}" if isfinite(low) else ""
    ends = interval_text(low, high, price_unit) if isfinite(high) else f"{value_text(low, price_unit)} or more"
    return f"{value_text(rate, price_unit)} per {per}", ends


def _row(exchange: Exchange, units: Mapping[str, tuple[str, str]]) -> tuple[Cell, ...]:
    (gain, gain_unit), (price, price_unit) = units[exchange.gain], units[exchange.price]
    rate, interval = rate_texts(exchange, gain_unit, price_unit)
    return (
        candidate_cell(exchange.better),
        candidate_cell(exchange.worse),
        Cell(value_text(exchange.gained, gain_unit), below=gain),
        Cell(value_text(exchange.paid, price_unit), below=price),
        Cell(rate, below=interval),
    )
