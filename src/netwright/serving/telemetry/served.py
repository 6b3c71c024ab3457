"""What the service hands to the telemetry: one request, as it was answered."""

from typing import NamedTuple

from netwright.monitoring.event import Route
from netwright.serving.engine import Answers
from netwright.serving.forms.form import Inputs, Tensors


class Served(NamedTuple):
    """One request and what became of it; nothing of it is copied or looked at on the way.

    Args:
        id: Of the request.
        time: When its answer was there, seconds since the epoch.
        version: Of the package.
        model: The candidate that answered, or should have.
        route: How the request came to it.
        status: Of the HTTP response.
        latency: Seconds from the request's arrival to its answer.
        answers: To its N samples; None where it was refused.
        inputs: (N, *shape); None where they are not to be watched.
        tensors: As they came; None where no sample is to be kept.
    """

    id: str
    time: float
    version: str
    model: str
    route: Route
    status: int
    latency: float
    answers: Answers | None = None
    inputs: Inputs | None = None
    tensors: Tensors | None = None

    @property
    def samples(self) -> int:
        """How many events it makes: one a sample, and one for a request that was refused."""
        return 1 if self.answers is None else len(self.answers.logits)
