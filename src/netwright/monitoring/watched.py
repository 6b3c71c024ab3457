"""What is watched of a sample: its input, the model's answer, and the embedding behind it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.embedding import Projection
from netwright.monitoring.summaries import prediction
from netwright.monitoring.summaries.summary import Summary
from netwright.records.drift import Group

DROPPED = 9
"""Bits of a number's 23 that are rounded off: engines and sizes of batches answer the last bits differently."""


def steady(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return numbers rounded to 15 binary digits, about 4.5 decimal ones.

    A model is as sure as it can be (1.0) of many samples; another engine or size of batch says 0.9999999 of the same.
    Rounded, both are the same value, and do not look like drift.

    >>> steady(np.array([0.9999999, 1.0, 0.123456789], np.float32)).tolist()
    [1.0, 1.0, 0.12345504760742188]
    """
    bits = np.ascontiguousarray(numbers, np.float32).view(np.uint32)
    half = np.uint32(1 << (DROPPED - 1))
    rounded = ((bits + half) & np.uint32(0xFFFFFFFF << DROPPED & 0xFFFFFFFF)).view(np.float32)
    return np.where(np.isfinite(numbers), rounded, numbers)


class Watched:
    """Turns served samples into the watched numbers, in the order of the reference's features.

    Args:
        summary: Of the inputs.
        projection: Of the embeddings; None where the model gives none.
    """

    def __init__(self, summary: Summary, projection: Projection | None = None) -> None:
        self._summary, self._projection = summary, projection
        self.features: tuple[tuple[str, Group], ...] = (
            *((name, "input") for name in summary.names),
            *((name, "prediction") for name in prediction.NAMES),
            *((name, "embedding") for name in (projection.names if projection else ())),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What each number is."""
        return tuple(name for name, _ in self.features)

    def watch(
        self, inputs: NDArray[Any], logits: NDArray[np.float32], embedding: NDArray[np.float32] | None = None
    ) -> NDArray[np.float32]:
        """Return the watched numbers of some samples.

        Args:
            inputs: (N, *shape), as the models take them.
            logits: (N, K).
            embedding: (N, E); None where there is none (a fallback answered): its numbers are missing then.

        Returns:
            (N, F).
        """
        parts = [self._summary.numbers(inputs), steady(prediction.prediction_numbers(logits))]
        if self._projection is not None:
            absent = np.full((len(logits), len(self._projection.names)), np.nan, np.float32)
            parts.append(absent if embedding is None else steady(self._projection.project(embedding)))
        return np.concatenate(parts, axis=1)
