"""netwright: choose, understand, shrink, stream and ship a PyTorch model, on evidence.

Every public name is loaded on first use, so that importing the package stays cheap and free of side effects.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netwright.anatomy.graph import delivery_graph
    from netwright.anatomy.layers import layer_anatomy
    from netwright.anatomy.neurons import neuron_anatomy
    from netwright.dynamics.find import find_symmetries
    from netwright.dynamics.geometry import check_geometry
    from netwright.dynamics.track import track
    from netwright.monitoring.drift.monitor import DriftMonitor
    from netwright.pruning.apply import apply_plan
    from netwright.pruning.export import export_onnx
    from netwright.pruning.plan import plan_pruning
    from netwright.pruning.repair import repair
    from netwright.pruning.save import save_pruned
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
    from netwright.serving.build import build_service_app
    from netwright.serving.package import open_package
    from netwright.streaming.streamer import stream
    from netwright.studies.choose import choose
    from netwright.studies.cluster.executor import RayExecutor
    from netwright.studies.executors import LocalExecutor
    from netwright.studies.modify import modify
    from netwright.studies.read import read_scenario, read_study
    from netwright.studies.ship.ship import ship

_HOMES = {
    "Curve": "netwright.records.curve",
    "Decision": "netwright.records.decision",
    "DriftMonitor": "netwright.monitoring.drift.monitor",
    "LocalExecutor": "netwright.studies.executors",
    "Measurement": "netwright.records.measurement",
    "NetwrightError": "netwright.records.errors",
    "RayExecutor": "netwright.studies.cluster.executor",
    "Scenario": "netwright.records.scenario",
    "Study": "netwright.records.study",
    "apply_plan": "netwright.pruning.apply",
    "build_service_app": "netwright.serving.build",
    "check_geometry": "netwright.dynamics.geometry",
    "choose": "netwright.studies.choose",
    "delivery_graph": "netwright.anatomy.graph",
    "export_onnx": "netwright.pruning.export",
    "find_symmetries": "netwright.dynamics.find",
    "fit_curve": "netwright.scaling.fit",
    "layer_anatomy": "netwright.anatomy.layers",
    "measure_latency": "netwright.qualities.latency",
    "modify": "netwright.studies.modify",
    "neuron_anatomy": "netwright.anatomy.neurons",
    "open_package": "netwright.serving.package",
    "pareto_front": "netwright.selection.pareto",
    "plan_pruning": "netwright.pruning.plan",
    "read_scenario": "netwright.studies.read",
    "read_study": "netwright.studies.read",
    "repair": "netwright.pruning.repair",
    "save_pruned": "netwright.pruning.save",
    "ship": "netwright.studies.ship.ship",
    "stream": "netwright.streaming.streamer",
    "track": "netwright.dynamics.track",
    "write_report": "netwright.report.write",
}

__all__ = [
    "Curve",
    "Decision",
    "DriftMonitor",
    "LocalExecutor",
    "Measurement",
    "NetwrightError",
    "RayExecutor",
    "Scenario",
    "Study",
    "apply_plan",
    "build_service_app",
    "check_geometry",
    "choose",
    "delivery_graph",
    "export_onnx",
    "find_symmetries",
    "fit_curve",
    "layer_anatomy",
    "measure_latency",
    "modify",
    "neuron_anatomy",
    "open_package",
    "pareto_front",
    "plan_pruning",
    "read_scenario",
    "read_study",
    "repair",
    "save_pruned",
    "ship",
    "stream",
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
