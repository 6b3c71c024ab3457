"""The answers to one batch of samples; what cannot be answered is told for itself."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.stack import Asked
from netwright.serving.engine import Engine
from netwright.serving.forms.form import Inputs
from netwright.serving.protocol.softmax import softmax

_FIRST = ((" in row 0", ""), ("text 0 ", "the text "))


class Answer(NamedTuple):
    """What became of a sample.

    Args:
        sample: The sample.
        probabilities: Of the classes, float32 (K,); empty where there is a fault.
        fault: Why there is no prediction; empty where there is one.
    """

    sample: Sample
    probabilities: NDArray[np.float32]
    fault: str = ""


def answer(samples: Sequence[Sample], asked: Asked, engine: Engine) -> list[Answer]:
    """Return the answers to a batch, in order.

    The model gets all samples without a fault at once. Where the form refuses them, each is shown to it alone, so that
    the message of each stands with its place.

    Args:
        samples: The batch.
        asked: From samples to the models' inputs.
        engine: What computes.

    Returns:
        One answer a sample.
    """
    faults = {number: sample.fault for number, sample in enumerate(samples) if sample.fault}
    whole = [number for number in range(len(samples)) if number not in faults]
    if whole:
        try:
            inputs = asked([samples[number] for number in whole])
        except RequestError:
            faults |= _refused(samples, whole, asked)
            whole = [number for number in whole if number not in faults]
            inputs = asked([samples[number] for number in whole]) if whole else np.empty(0, np.float32)
    found = dict(zip(whole, _computed(inputs, engine), strict=True)) if whole else {}
    return [
        _told(sample, found[number]) if number in found else Answer(sample, np.empty(0, np.float32), faults[number])
        for number, sample in enumerate(samples)
    ]


def _computed(inputs: Inputs, engine: Engine) -> list[NDArray[np.float32] | None]:
    logits = engine.answer(inputs).logits
    finite = [bool(np.isfinite(row).all()) for row in logits]
    shares = softmax(np.where(np.array(finite)[:, None], logits, np.float32(0)))
    return [share if sound else None for share, sound in zip(shares, finite, strict=True)]


def _told(sample: Sample, shares: NDArray[np.float32] | None) -> Answer:
    if shares is None:
        return Answer(sample, np.empty(0, np.float32), "the model's answer to it is no finite number")
    return Answer(sample, shares)


def _refused(samples: Sequence[Sample], whole: Sequence[int], asked: Asked) -> dict[int, str]:
    faults: dict[int, str] = {}
    for number in whole:
        try:
            asked([samples[number]])
        except RequestError as error:
            faults[number] = _alone(str(error))
    return faults


def _alone(message: str) -> str:
    # a request of one sample: its place is told beside, and its number in the request says nothing
    for said, instead in _FIRST:
        message = message.replace(said, instead)
    return message
