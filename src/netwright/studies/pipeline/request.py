"""What a pipeline is asked for, and the tools of other rooms that its steps use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from netwright.data.dataset import Dataset
from netwright.machine.progress import Progress
from netwright.records.decision import Decision
from netwright.records.errors import DataError
from netwright.records.scenario import Scenario
from netwright.records.validation import Expectations
from netwright.studies.pipeline.source_digest import Sources


class Registered(Protocol):
    """What the registry made of a package."""

    @property
    def place(self) -> str:
        """`models:/NAME/VERSION`; empty where it was not taken."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Why it was not."""
        ...


@dataclass(frozen=True)
class Tools:
    """The work of other rooms, which tests can replace.

    Args:
        load: Name or address -> the data set, fetched first where it is not here.
        study: (scenario, folder, progress) -> the decision; goes on from what the folder holds.
        pack: (study's folder, new folder, progress, share of labels that were predictions) -> the package's folder.
        deploy: (package's folder, pipeline's folder) -> its place in the registry; raises where the package
            is not whole.
        predicted: Dataset's name -> share of training samples whose labels were a model's own predictions; None where
            the data does not say.
    """

    load: Callable[[str], Dataset]
    study: Callable[[Scenario, Path, Progress], Decision]
    pack: Callable[[Path, Path, Progress, float], Path]
    deploy: Callable[[Path, Path], Registered]
    predicted: Callable[[str], float | None]


@dataclass(frozen=True)
class Request:
    """What a pipeline makes.

    Args:
        scenario: The question.
        root: The pipeline's folder.
        tools: The work of other rooms.
        sources: The source of netwright.
        expectations: What the data must be; None for nothing in particular.
    """

    scenario: Scenario
    root: Path
    tools: Tools
    sources: Sources = field(default_factory=Sources)
    expectations: Expectations | None = None

    def data(self, fingerprint: str | None = None) -> Dataset:
        """Return the data set.

        Args:
            fingerprint: What it had when it was fetched; None where it is fetched now.

        Returns:
            The data.

        Raises:
            DataError: It is another one by now.
        """
        dataset = self.tools.load(self.scenario.data)
        if fingerprint is not None and dataset.fingerprint != fingerprint:
            raise DataError(f"{self.scenario.data} changed while the pipeline ran; start it again when it is whole")
        return dataset
