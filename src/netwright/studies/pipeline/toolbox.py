"""The tools that a pipeline uses unless a test brings its own."""

from pathlib import Path

from netwright.data.catalog import load
from netwright.machine.progress import Progress
from netwright.records.decision import Decision
from netwright.records.scenario import Scenario
from netwright.serving.package import open_package
from netwright.studies.choose import choose
from netwright.studies.executors import Executor
from netwright.studies.feedback_share import feedback_share
from netwright.studies.modify import modify
from netwright.studies.pipeline.request import Tools
from netwright.studies.ship.packing import pack
from netwright.studies.ship.ship import Shipped, register
from netwright.tracking.connection import tracking_uri


def tools(executor: Executor) -> Tools:
    """Return the tools of a pipeline.

    Args:
        executor: Where trials run.

    Returns:
        The tools.
    """

    def study(scenario: Scenario, folder: Path, progress: Progress) -> Decision:
        decision = choose(scenario, out=folder, executor=executor, progress=progress)
        if scenario.modify is not None:
            modify(scenario, decision, folder, scenario.modify, executor, progress)
        return decision

    return Tools(load=load, study=study, pack=pack, deploy=_deploy, predicted=_predicted)


def _predicted(data: str) -> float | None:
    found = feedback_share(data)
    return None if found is None else found.share


def _deploy(package: Path, root: Path) -> Shipped:
    return register(open_package(package), tracking_uri(root))
