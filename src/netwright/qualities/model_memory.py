"""Memory of the model's training: what it needs beyond interpreter, libraries and data."""

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import ONE_TRAINING, exact
from netwright.qualities.found import Found, not_measured
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions, Measurement

ALREADY_MORE = "the process had held more before the training began: the training itself needed this or less"


def model_memory(
    peak: float, before: float, *, peak_before: float | None = None, conditions: Conditions | None = None
) -> Measurement:
    """Return by how much a process grew while it trained.

    Gradients, the optimizer's state, activations and batches: largest resident memory of the process minus what it
    held when the training began, with interpreter, libraries, data and the fresh model. One training has no interval:
    the spread comes from pooling trials over seeds.

    Args:
        peak: Largest resident memory of the process up to the end of the training, in bytes.
        before: Resident memory when the training began, in bytes.
        peak_before: Largest resident memory before that; where the training never exceeded it, a note says so.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `model_memory`, in bytes, with n = 1.

    Raises:
        InputError: The peak is less than what was held before.

    >>> model_memory(5e8, 3e8).value
    200000000.0
    """
    if peak < before:
        raise InputError(f"found a peak of {peak:.0f} B, less than the {before:.0f} B before the training; swap them")
    hidden = peak_before is not None and peak_before >= peak
    notes = (ALREADY_MORE, ONE_TRAINING) if hidden else (ONE_TRAINING,)
    return exact("model_memory", peak - before, "B", conditions=conditions, notes=notes)


def measure(evidence: Evidence) -> tuple[Found, ...]:
    """Return by how much the process of the model's training grew.

    Args:
        evidence: A trained model's cost.

    Returns:
        One answer.
    """
    cost = evidence.training
    if cost.memory_before is None:
        return not_measured("nobody looked at the memory when the training began", "model_memory")
    peak = max(cost.peak_memory, cost.memory_before)
    return (model_memory(peak, cost.memory_before, peak_before=cost.peak_before, conditions=evidence.conditions),)
