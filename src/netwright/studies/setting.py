"""What all trials of a study share: the question, the folder, where they run, where progress is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from netwright.machine.progress import Progress
from netwright.records.recovery import FaultKind
from netwright.records.scenario import Scenario
from netwright.studies.executors import Executor


@dataclass(frozen=True)
class Setting:
    """Where and for what trials run.

    Args:
        scenario: The scenario they belong to.
        out: The study's folder.
        executor: Where they run.
        progress: Where progress is shown.
        faults: Trial id -> faults to inject, one an attempt; empty injects none.
    """

    scenario: Scenario
    out: Path
    executor: Executor
    progress: Progress
    faults: Mapping[str, tuple[FaultKind, ...]] = field(default_factory=dict)
