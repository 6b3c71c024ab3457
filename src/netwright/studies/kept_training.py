"""Keeping what a training cost beside its weights, for trials that make another model of them."""

from pathlib import Path

from pydantic import ValidationError

from netwright.machine.durable import write_durably
from netwright.qualities.evidence import TrainingCost
from netwright.records.kept_training import KeptTraining


def keep_training(path: Path, cost: TrainingCost) -> None:
    """Write down what a training cost.

    Args:
        path: The file.
        cost: Its cost; what a power meter saw is left out.
    """
    kept = KeptTraining(
        seconds=cost.seconds,
        cpu_seconds=cost.cpu_seconds,
        peak_memory=cost.peak_memory,
        memory_before=cost.memory_before,
        peak_before=cost.peak_before,
    )
    write_durably(path, kept.to_json().encode())


def kept_training(path: Path) -> TrainingCost | None:
    """Return what a training cost.

    Args:
        path: The file.

    Returns:
        The cost; None where the training has not ended, or its file is damaged.
    """
    try:
        kept = KeptTraining.from_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None
    return TrainingCost(
        seconds=kept.seconds,
        cpu_seconds=kept.cpu_seconds,
        peak_memory=kept.peak_memory,
        memory_before=kept.memory_before,
        peak_before=kept.peak_before,
    )
