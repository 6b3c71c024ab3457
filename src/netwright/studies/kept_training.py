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
    kept = KeptTraining.model_validate({name: getattr(cost, name) for name in KeptTraining.model_fields})
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
    return TrainingCost(**kept.model_dump())
