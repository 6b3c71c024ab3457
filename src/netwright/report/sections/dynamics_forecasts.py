"""Where the norms of scale-invariant weights are heading, and how fast their directions turn."""

from collections.abc import Sequence
from math import isfinite

from netwright.records.dynamics import Dynamics, Forecast
from netwright.report.anchors import anchor
from netwright.report.figures import count_text
from netwright.report.scientific import scientific
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table


def forecasts_section(record: Dynamics) -> Section | None:
    """Return one row a scale-invariant layer: norm, equilibrium, steps until there, angular update.

    Args:
        record: What was seen of a training.

    Returns:
        The section; None where no layer is scale-invariant.
    """
    if not record.forecasts:
        return None
    content = {"table": forecast_table(record.forecasts), "decays": any(f.equilibrium for f in record.forecasts)}
    return Section("forecasts", "Where the norms are heading", content)


def forecast_table(forecasts: Sequence[Forecast]) -> Table:
    """Return one row a layer, at the settings of the last step.

    Args:
        forecasts: One a scale-invariant layer.

    Returns:
        The table.
    """
    columns = (
        Cell("Layer"),
        Cell("Norm now", below="|w|"),
        Cell("Equilibrium norm", below="decay = finite step"),
        Cell("Steps until there", below="to within 10%"),
        Cell("Angular update", below="radians a step, measured"),
        Cell("At equilibrium", below="√(2ηλ / (1 + β))"),
        Cell("Effective learning rate", below="η / |w|²"),
    )
    return Table(columns, tuple(_row(forecast) for forecast in forecasts))


def _row(forecast: Forecast) -> tuple[Cell, ...]:
    return (
        Cell(forecast.place, anchor=anchor("forecasts", forecast.place)),
        Cell(scientific(forecast.norm, 3)),
        Cell("none: no decay") if forecast.equilibrium is None else _beside(forecast.equilibrium, forecast.norm),
        Cell(_steps(forecast.steps)),
        Cell(scientific(forecast.angle, 3)),
        Cell("–") if forecast.equilibrium_angle is None else _beside(forecast.equilibrium_angle, forecast.angle),
        Cell(scientific(forecast.effective_rate, 3)),
    )


def _beside(equilibrium: float, now: float) -> Cell:
    ratio = now / equilibrium if equilibrium else float("nan")
    return Cell(scientific(equilibrium, 3), below=f"now {scientific(ratio, 3)} times it" if isfinite(ratio) else "")


def _steps(steps: float | None) -> str:
    if steps is None:
        return "not in reach"
    return "there" if steps < 1 else count_text(round(float(f"{steps:.3g}")), "step")
