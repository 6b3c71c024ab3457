"""The record of a pooled measurement: what its trials have in common, and where they differ."""

from collections.abc import Iterable, Sequence

from netwright.records.measurement import Conditions, Measurement

ONE_TRAINING = "one training:"
"""How instruments begin a note that says that a single trial shows no spread; several seeds do show it."""


def merge(trials: Sequence[Measurement], value: float, low: float, high: float, how: str) -> Measurement:
    """Return the measurement that stands for several trials' measurements of the same quality.

    Args:
        trials: At least one measurement, one a seed.
        value: The pooled value.
        low: Lower end of its 90% interval.
        high: Upper end.
        how: What the value is of the trials' values, in words.

    Returns:
        The measurement: n = seeds, a note on the samples of each, and conditions without a seed; hardware and device
        name all that were used.

    >>> one = Measurement(quality="accuracy", value=0.8, low=0.7, high=0.9, n=500, unit="ratio",
    ...                   conditions=Conditions(hardware="2 cores", seed=0))
    >>> pooled = merge([one, one], 0.8, 0.75, 0.85, "mean over the seeds")
    >>> pooled.n, pooled.notes, pooled.conditions.seed
    (2, ('mean over the seeds, n = 2; 500 samples each',), None)
    """
    counts = sorted({trial.n for trial in trials})
    each = f"{counts[0]:,}" if len(counts) == 1 else f"{counts[0]:,} to {counts[-1]:,}"
    summary = f"{how}, n = {len(trials)}" if len(trials) > 1 else "one seed: the spread between trainings is not known"
    samples = f"; {each} samples each" if counts[-1] > 1 else ""
    notes = _unique(note for t in trials for note in t.notes if not note.startswith(ONE_TRAINING))
    return trials[0].model_copy(
        update={
            "value": value,
            "low": low,
            "high": high,
            "n": len(trials),
            "conditions": _shared([trial.conditions for trial in trials]),
            "notes": (summary + samples, *notes),
        }
    )


def _shared(conditions: Sequence[Conditions]) -> Conditions:
    return conditions[0].model_copy(
        update={
            "hardware": "; ".join(_unique(c.hardware for c in conditions)),
            "device": "; ".join(_unique(c.device for c in conditions)),
            "seed": None,
            "alone": all(c.alone for c in conditions),
        }
    )


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
