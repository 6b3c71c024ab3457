"""From requests to events: predictions, their confidence and the watched numbers, a batch at a time."""

import logging
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.event import Event
from netwright.serving.engine import Answers, join_answers
from netwright.serving.forms.form import Inputs, Tensors
from netwright.serving.telemetry.served import Served
from netwright.serving.telemetry.split import Split

Watch = Callable[[Inputs, Answers], NDArray[np.float32]]
"""From N inputs and the answers to them to the watched numbers (N, F), float32, in the order of the reference."""
Keep = Callable[[Tensors, int], bytes]
"""From tensors and the index of a sample to that sample as bytes: `Form.keep`."""

_FAILURES = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)
"""What a sample may provoke in the code that watches or keeps it."""
_log = logging.getLogger(__name__)


class EventMaker:
    """Turns requests into events.

    Args:
        watch: What computes the watched numbers.
        keep: What writes a sample as bytes.
        kept: Share of the requests whose samples are kept.
    """

    def __init__(self, watch: Watch, keep: Keep, kept: float) -> None:
        self._watch = watch
        self._keep = keep
        self._kept = Split("kept samples", kept)
        self._failed = False

    def events(self, requests: Sequence[Served]) -> list[Event]:
        """Return one event a sample, and one for each request that was refused, in order."""
        features = self._features(requests)
        return [event for i, one in enumerate(requests) for event in self._of(one, features.get(i))]

    def _of(self, one: Served, features: NDArray[np.float32] | None) -> list[Event]:
        head = (one.time, one.version, one.model, one.route, one.status)
        if one.answers is None:
            return [Event(one.id, *head, -1, math.nan, one.latency)]
        predicted, confidence = predictions(one.answers.logits)
        n = len(predicted)
        names = [one.id] if n == 1 else [f"{one.id}/{i}" for i in range(n)]
        numbers = [b""] * n if features is None else [row.tobytes() for row in features]
        kept = one.tensors is not None and one.route != "shadow" and self._kept.takes(one.id)
        samples = [self._sample(one.tensors, i) if kept and one.tensors is not None else b"" for i in range(n)]
        return [
            Event(names[i], *head, predicted[i], confidence[i], one.latency, numbers[i], samples[i]) for i in range(n)
        ]

    def _features(self, requests: Sequence[Served]) -> dict[int, NDArray[np.float32]]:
        """Return the watched numbers of each request that has some, computed for all of one shape at once."""
        alike: dict[tuple[object, ...], list[int]] = {}
        for i, one in enumerate(requests):
            # a shadow sees the inputs of another event: they count once
            if one.answers is not None and one.inputs is not None and one.route != "shadow":
                shape = (one.inputs.shape[1:], one.inputs.dtype, one.answers.logits.shape[1:])
                width = None if one.answers.embedding is None else one.answers.embedding.shape[1:]
                alike.setdefault((*shape, width), []).append(i)
        found: dict[int, NDArray[np.float32]] = {}
        for places in alike.values():
            found |= self._rows(requests, places)
        return found

    def _rows(self, requests: Sequence[Served], places: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """Return the watched numbers of the requests at some places, which fit together."""
        try:
            numbers = self._watched([requests[i] for i in places])
        except _FAILURES:
            # what one sample provokes must neither end the telemetry nor cost the others their numbers
            if len(places) > 1:
                return {i: rows for one in places for i, rows in self._rows(requests, [one]).items()}
            self._told("the watched numbers of a request could not be computed")
            return {}
        ends = np.cumsum([requests[i].samples for i in places])[:-1]
        return dict(zip(places, np.split(numbers, ends), strict=True))

    def _watched(self, requests: Sequence[Served]) -> NDArray[np.float32]:
        inputs = np.concatenate([one.inputs for one in requests if one.inputs is not None])
        answers = join_answers([one.answers for one in requests if one.answers is not None])
        numbers = np.ascontiguousarray(self._watch(inputs, answers), dtype="<f4")
        if numbers.shape[:1] != inputs.shape[:1]:
            raise ValueError(f"{len(numbers)} rows of watched numbers for {len(inputs)} samples")
        return numbers

    def _sample(self, tensors: Tensors, index: int) -> bytes:
        try:
            return self._keep(tensors, index)
        except _FAILURES:
            self._told("a sample could not be kept")
            return b""

    def _told(self, what: str) -> None:
        """Log the error that is being handled; after the first one only where somebody looks for it."""
        if self._failed:
            _log.debug("%s", what, exc_info=True)
        else:
            _log.exception("%s; it is recorded without, and so are others silently", what)
        self._failed = True


def predictions(logits: NDArray[np.float32]) -> tuple[list[int], list[float]]:
    """Return the predicted class of each sample and its probability, softmax(logits)[class].

    Args:
        logits: (N, classes).

    Returns:
        N indices and N probabilities; -1 and NaN where a logit is no finite number.

    >>> predictions(np.array([[0.0, np.log(3.0)], [np.nan, 1.0]], np.float32))
    ([1, -1], [0.75, nan])
    """
    sound = np.asarray(np.isfinite(logits).all(axis=1))
    finite = np.where(sound[:, None], logits, 0).astype(np.float64)
    finite -= finite.max(1, keepdims=True)
    confidence = 1 / np.exp(finite).sum(1)
    predicted = np.where(sound, finite.argmax(1), -1)
    return predicted.tolist(), np.where(sound, confidence.round(7), np.nan).tolist()
