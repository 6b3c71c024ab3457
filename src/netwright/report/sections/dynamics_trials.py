"""Whether the trainings of a study obeyed their conservation laws: alarms, charges, forecasts of each watched trial."""

from collections.abc import Iterable, Mapping, Sequence

from netwright.records.dynamics import Alarm, Dynamics
from netwright.report.anchors import anchor
from netwright.report.dynamics_headline import FAITHFUL
from netwright.report.families import is_weightless, largest_error
from netwright.report.figures import count_text
from netwright.report.scientific import scientific
from netwright.report.sections.dynamics_forecasts import forecast_table
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table, candidate_cell

Watched = Mapping[str, Mapping[str, Dynamics]]
"""Candidate -> trial -> what was seen of its training, the largest trial last."""


def dynamics_section(watched: Watched) -> Section | None:
    """Return how the watched trainings of a study went: alarms first, then charges, then where norms are heading.

    Args:
        watched: Every watched trial.

    Returns:
        The section; None where no training was watched.
    """
    if not any(watched.values()):
        return None
    last = {candidate: list(own.values())[-1] for candidate, own in watched.items() if own}
    content = {
        "trainings": sum(len(own) for own in watched.values()),
        "alarms": alarms_once(watched),
        "table": watched_table(watched),
        "forecasts": [(name, forecast_table(record.forecasts)) for name, record in last.items() if record.forecasts],
    }
    return Section("dynamics", "Whether training obeyed its conservation laws", content, template="dynamics_trials")


def alarms_once(watched: Watched) -> tuple[tuple[str, Alarm, str], ...]:
    """Return each alarm of a candidate once, with the trials in which it was raised.

    Args:
        watched: Every watched trial.

    Returns:
        (candidate, the first of its kind at its place, trials in words).
    """
    found: dict[tuple[str, str, str], tuple[Alarm, list[str]]] = {}
    for candidate, own in watched.items():
        for trial, record in own.items():
            for alarm in record.alarms:
                found.setdefault((candidate, alarm.kind, alarm.place), (alarm, []))[1].append(trial)
    return tuple((candidate, alarm, _trials(trials)) for (candidate, _, _), (alarm, trials) in found.items())


def watched_table(watched: Watched) -> Table:
    """Return one row a trial: steps, charges, how far the exact law and continuous theory are off, alarms.

    Args:
        watched: Every watched trial.

    Returns:
        The table.
    """
    columns = (
        Cell("Candidate"),
        Cell("Trial"),
        Cell("Steps"),
        Cell("Charges"),
        Cell("Exact law off by", below="at most, of a charge's size"),
        Cell("Continuous theory off by", below="at most"),
        Cell("Alarms"),
    )
    rows = []
    for candidate, own in watched.items():
        for place, (trial, record) in enumerate(own.items()):
            named = candidate_cell(candidate, "" if place else anchor("dynamics", candidate))
            rows.append((named, Cell(trial), *_figures(record)))
    return Table(columns, tuple(rows))


def _figures(record: Dynamics) -> tuple[Cell, ...]:
    judged = [series for series in record.series if not is_weightless(series)]
    exact, flow = (_worst(errors) for errors in ([one.error for one in judged], [one.flow_error for one in judged]))
    departs = exact is not None and exact > FAITHFUL
    count = len(record.alarms)
    return (
        Cell(f"{record.steps:,}"),
        Cell(f"{sum(series.count for series in record.series):,}"),
        Cell(scientific(exact), kind="fail" if departs else "", symbol="!" if departs else ""),
        Cell(scientific(flow)),
        Cell(str(count), kind="fail", symbol="!") if count else Cell("none"),
    )


def _worst(errors: Iterable[Sequence[float | None]]) -> float | None:
    return largest_error([largest_error(one) for one in errors])


def _trials(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {count_text(len(names) - 1, 'more trial')}"
