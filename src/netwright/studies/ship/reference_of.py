"""What the samples looked like on which a decision was made."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netwright.data.dataset import Dataset
from netwright.monitoring.embedding import fit_projection
from netwright.monitoring.reference import build_reference, choosing
from netwright.records.reference import Reference
from netwright.serving.engine import Answers
from netwright.serving.forms.catalog import AnyForm
from netwright.serving.watching import watched_of


class Observed(NamedTuple):
    """Real samples with their labels and a model's answers.

    Args:
        inputs: (N, *shape).
        labels: int64 (N,).
        answers: Of the chosen model.
    """

    inputs: NDArray[np.float32] | NDArray[np.uint8]
    labels: NDArray[np.int64]
    answers: Answers


def reference_of(
    dataset: Dataset, form: AnyForm, observed: Observed
) -> tuple[Reference, dict[str, NDArray[np.float32]] | None]:
    """Return the reference of observed samples.

    Args:
        dataset: Where they come from.
        form: What a request carries.
        observed: The samples.

    Returns:
        (reference, what projects embeddings to watched numbers; None where the model has no embedding).
    """
    logits, embedding = observed.answers
    chose = choosing(len(observed.labels))
    projection = None if embedding is None else fit_projection(embedding[chose])
    watched = watched_of(form, projection)
    reference = build_reference(
        watched.watch(observed.inputs, logits, embedding),
        watched.features,
        observed.labels,
        logits.argmax(1),
        dataset.classes,
        dataset.name,
        dataset.fingerprint,
    )
    return reference, None if projection is None else projection.arrays()
