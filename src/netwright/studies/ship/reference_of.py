"""What the samples looked like on which a decision was made."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netwright.data.dataset import Dataset
from netwright.records.reference import Reference
from netwright.serving.engine import Answers
from netwright.serving.forms.catalog import AnyForm


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
    predicted = observed.answers.logits.argmax(1)
    classes = len(dataset.classes)
    reference = Reference(
        data=dataset.name,
        fingerprint=dataset.fingerprint,
        n=len(observed.labels),
        features=(),
        classes=dataset.classes,
        predicted=tuple(np.bincount(predicted, minlength=classes).tolist()),
        labelled=tuple(np.bincount(observed.labels, minlength=classes).tolist()),
        correct=int((predicted == observed.labels).sum()),
    )
    return reference, None
