"""Whether the trainings of a study obeyed their conservation laws: alarms, charges, forecasts of each watched trial."""

from collections.abc import Mapping, Sequence

from netwright.records.dynamics import Alarm, ChargeSeries, Dynamics
from netwright.records.study import Study
from netwright.records.symmetry import SymmetryKind
from netwright.records.trial import TrialResult
from netwright.records.trial_dynamics import TrialDynamics
from netwright.report.anchors import anchor
from netwright.report.charge_laws import LAWS
from netwright.report.charts.dynamics import HEIGHT, charge_chart
from netwright.report.dynamics_headline import FAITHFUL
from netwright.report.families import drawn_families, kinds_of
from netwright.report.figures import count_text
from netwright.report.scientific import scientific
from netwright.report.sections.dynamics import slug
from netwright.report.sections.dynamics_forecasts import forecast_table
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table, candidate_cell


def dynamics_section(study: Study) -> Section | None:
    """Return how the watched trainings of a study went: alarms first, then charges, then where norms are heading.

    Drawn is the chosen candidate's training, or the first one that was watched.

    Args:
        study: The study.

    Returns:
        The section; None where no training was watched.
    """
    watched = [result for result in study.results if result.dynamics is not None]
    if not watched:
        return None
    kept = _by_candidate(study)
    shown = kept.get(study.decision.chosen or "") or next(iter(kept.values()), None)
    content = {
        "trainings": len(watched),
        "alarms": alarms_once(watched),
        "table": watched_table(watched),
        "shown": "" if shown is None else shown.title,
        "kinds": () if shown is None else tuple(_kind(shown, kind) for kind in kinds_of(shown)),
        "height": HEIGHT + 60,
        "forecasts": [(name, forecast_table(record.forecasts)) for name, record in kept.items() if record.forecasts],
    }
    charts = {} if shown is None else drawn({_name(kind): charge_chart(_own(shown, kind)) for kind in kinds_of(shown)})
    title = "Whether training obeyed its conservation laws"
    return Section("dynamics", title, content, charts, template="dynamics_trials")


def _kind(record: Dynamics, kind: SymmetryKind) -> tuple[str, str, tuple[tuple[int, str], ...]]:
    """Return the title of a kind of charge, the name of its drawing, and the families in it with their colours."""
    families = tuple((slot, one.place) for slot, one in enumerate(drawn_families(_own(record, kind))))
    return LAWS[kind].title, _name(kind), families


def _own(record: Dynamics, kind: SymmetryKind) -> list[ChargeSeries]:
    return [series for series in record.series if series.kind == kind and series.measured]


def _name(kind: str) -> str:
    return f"dynamics-{slug(kind)}"


def alarms_once(watched: Sequence[TrialResult]) -> tuple[tuple[str, Alarm, str], ...]:
    """Return each alarm of a candidate once, with the trials in which it was raised.

    Args:
        watched: Every watched trial.

    Returns:
        (candidate, the first of its kind at its place, trials in words).
    """
    found: dict[tuple[str, str, str], tuple[Alarm, list[str]]] = {}
    for result in watched:
        for alarm in result.dynamics.alarms if result.dynamics is not None else ():
            found.setdefault((result.candidate, alarm.kind, alarm.place), (alarm, []))[1].append(result.trial)
    return tuple((candidate, alarm, _trials(trials)) for (candidate, _, _), (alarm, trials) in found.items())


def watched_table(watched: Sequence[TrialResult]) -> Table:
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
    first = {result.candidate: result.trial for result in reversed(watched)}
    rows = []
    for result in watched:
        name = result.candidate
        named = candidate_cell(name, anchor("dynamics", name) if first[name] == result.trial else "")
        if result.dynamics is not None:
            rows.append((named, Cell(result.trial), *_figures(result.dynamics)))
    return Table(columns, tuple(rows))


def _by_candidate(study: Study) -> Mapping[str, Dynamics]:
    owners = {result.trial: result.candidate for result in study.results}
    return {owners[record.title]: record for record in study.dynamics if record.title in owners}


def _figures(seen: TrialDynamics) -> tuple[Cell, ...]:
    departs = seen.error is not None and seen.error > FAITHFUL
    count = len(seen.alarms)
    return (
        Cell(f"{seen.steps:,}"),
        Cell(f"{seen.charges:,}"),
        Cell(scientific(seen.error), kind="fail" if departs else "", symbol="!" if departs else ""),
        Cell(scientific(seen.flow_error)),
        Cell(str(count), kind="fail", symbol="!") if count else Cell("none"),
    )


def _trials(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {count_text(len(names) - 1, 'more trial')}"
