"""A step of a pipeline: what it reads, what it follows from, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netwright.machine.progress import Progress, Silent


@dataclass(frozen=True)
class Work:
    """What a step is given when it runs.

    Args:
        folder: Empty; what the step writes there are its outputs, kept only when it ends well.
        inputs: Step -> the folder of its outputs, of the steps that it reads; they are not to be changed.
        progress: Where progress is shown.
    """

    folder: Path
    inputs: Mapping[str, Path]
    progress: Progress = field(default_factory=Silent)


def _nothing() -> Mapping[str, str]:
    return {}


def _holds(folder: Path) -> str:  # noqa: ARG001 - the signature of `Step.broken`
    return ""


@dataclass(frozen=True)
class Step:
    """One step; the same causes make the same outputs.

    Args:
        name: Of letters and hyphens, unique in its pipeline.
        reads: Files of earlier steps, `STEP/PATH`; a step whose files stay the same does not run again.
        code: Modules, named below `netwright`, whose source, with all that they import, the outputs follow from. A
            whole name would make the step's own module depend on them.
        parameters: Name -> JSON-able value, of what the outputs follow from besides.
        run: Does the work, and returns what there is to say in one sentence.
        outside: Returns name -> digest of what it follows from outside the pipeline, such as files on the disk.
        broken: Returns why outputs in a folder no longer hold though they are whole; empty where they do.
    """

    name: str
    reads: tuple[str, ...]
    code: tuple[str, ...]
    parameters: Mapping[str, Any]
    run: Callable[[Work], str]
    outside: Callable[[], Mapping[str, str]] = _nothing
    broken: Callable[[Path], str] = _holds

    @property
    def after(self) -> tuple[str, ...]:
        """The steps that it reads, each once."""
        return tuple(dict.fromkeys(path.partition("/")[0] for path in self.reads))
