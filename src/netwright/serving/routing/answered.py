"""What the service says of a request, whoever answered it."""

from typing import NamedTuple

from netwright.monitoring.event import Route
from netwright.serving.engine import Answers


class Answered(NamedTuple):
    """The answer to a request.

    Args:
        answers: Logits and embedding of its samples.
        model: Name of the candidate that answered; `constant` where none could.
        version: Of its package.
        route: How the request came to it.
    """

    answers: Answers
    model: str
    version: str
    route: Route
