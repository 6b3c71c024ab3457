"""netwright: choose, understand, shrink, stream and ship a PyTorch model, on evidence.

Every public name is loaded on first use, so that importing the package stays cheap and free of side effects.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netwright.dynamics.find import find_symmetries
    from netwright.dynamics.geometry import check_geometry
    from netwright.dynamics.track import track
    from netwright.qualities.latency import measure_latency
    from netwright.records.curve import Curve
    from netwright.records.decision import Decision
    from netwright.records.errors import NetwrightError
    from netwright.records.measurement import Measurement
    from netwright.records.scenario import Scenario
    from netwright.records.study import Study
    from netwright.report.write import write_report
    from netwright.scaling.fit import fit_curve
    from netwright.selection.pareto import pareto_front
    from netwright.studies.choose import choose
    from netwright.studies.cluster.executor import RayExecutor
    from netwright.studies.executors import LocalExecutor
    from netwright.studies.modify import modify
    from netwright.studies.read import read_scenario, read_study

_HOMES = {
    "Curve": "netwright.records.curve",
    "Decision": "netwright.records.decision",
    "LocalExecutor": "netwright.studies.executors",
    "Measurement": "netwright.records.measurement",
    "NetwrightError": "netwright.records.errors",
    "RayExecutor": "netwright.studies.cluster.executor",
    "Scenario": "netwright.records.scenario",
    "Study": "netwright.records.study",
    "check_geometry": "netwright.dynamics.geometry",
    "choose": "netwright.studies.choose",
    "find_symmetries": "netwright.dynamics.find",
    "fit_curve": "netwright.scaling.fit",
    "measure_latency": "netwright.qualities.latency",
    "modify": "netwright.studies.modify",
    "pareto_front": "netwright.selection.pareto",
    "read_scenario": "netwright.studies.read",
    "read_study": "netwright.studies.read",
    "track": "netwright.dynamics.track",
    "write_report": "netwright.report.write",
}

__all__ = [
    "Curve",
    "Decision",
    "LocalExecutor",
    "Measurement",
    "NetwrightError",
    "RayExecutor",
    "Scenario",
    "Study",
    "check_geometry",
    "choose",
    "find_symmetries",
    "fit_curve",
    "measure_latency",
    "modify",
    "pareto_front",
    "read_scenario",
    "read_study",
    "track",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Load a public name from the room where it lives."""
    if name not in _HOMES:
        message = f"netwright has no public name {name!r}; it has {', '.join(__all__)}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return list(__all__)
