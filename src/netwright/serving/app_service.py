"""What the app asks of whoever answers: `routing.service` does it with models, tests do it with a fake."""

from collections.abc import Sequence
from typing import Protocol

from netwright.monitoring.event import Label
from netwright.records.package import Manifest
from netwright.records.reference import Reference
from netwright.serving.forms.form import Form, Inputs, Tensors
from netwright.serving.routing.answered import Answered


class InferenceService(Protocol):
    """A package at work, seen from the app; everything here is called in the event loop."""

    @property
    def manifest(self) -> Manifest:
        """What the package holds."""
        ...

    @property
    def form(self) -> Form:
        """What a request carries."""
        ...

    @property
    def version(self) -> str:
        """Of the package, as requests may name it."""
        ...

    @property
    def reference(self) -> Reference:
        """What the data looked like that the decision was made on."""
        ...

    @property
    def ready(self) -> bool:
        """Whether a request would be answered by a model now."""
        ...

    def full(self) -> float | None:
        """Return seconds after which there will be room in the queue; None while there is room."""
        ...

    async def infer(self, inputs: Inputs, tensors: Tensors, request_id: str, key: str, deadline: float) -> Answered:
        """Return the answer to one request.

        Args:
            inputs: What the form made of the tensors, (N, *shape).
            tensors: As the request carried them: the telemetry may keep them.
            request_id: Names the request in telemetry and labels.
            key: Who asks: requests with the same key go to the same model while a canary runs. It is the id where the
                request names none.
            deadline: Time of `time.monotonic()` after which nobody waits.

        Returns:
            Whoever answered, labelled.

        Raises:
            RequestError: 429, 503 or 504, as a `Runner` says them.
        """
        ...

    def label(self, labels: Sequence[Label]) -> int:
        """Take labels that came later; return how many were taken.

        Args:
            labels: Of requests that were answered before.

        Returns:
            How many will be kept.

        Raises:
            RequestError: 503: there is no telemetry that could keep them.
        """
        ...

    async def start(self) -> None:
        """Begin; returns when requests can be answered."""
        ...

    async def stop(self, limit: float) -> None:
        """Answer what was accepted, then end; after `limit` seconds end all the same."""
        ...
