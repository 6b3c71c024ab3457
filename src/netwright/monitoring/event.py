"""What the telemetry keeps of an answered sample, and of the label that came later."""

from typing import Literal, NamedTuple

Route = Literal["main", "canary", "shadow", "fallback", "constant"]


class Event(NamedTuple):
    """One sample that was answered (or, with a status other than 200, one request that was refused).

    Args:
        id: Of the request, with `/i` behind it for sample i of a request with several.
        time: Seconds since the epoch.
        version: Of the package.
        model: The candidate that answered.
        route: How it came to it.
        status: Of the HTTP response.
        predicted: Index of the class; -1 where there is no answer.
        confidence: Its probability; NaN where there is none.
        latency: Seconds from the request's arrival to the answer.
        features: The watched numbers in the order of the package's reference, float32, little-endian; empty where they
            were not computed.
        sample: The sample itself, as its form keeps it; empty where it was not kept.
    """

    id: str
    time: float
    version: str
    model: str
    route: Route
    status: int
    predicted: int
    confidence: float
    latency: float
    features: bytes = b""
    sample: bytes = b""


class Label(NamedTuple):
    """What a sample truly was, told later.

    Args:
        id: Of the event.
        label: Index of the class.
        time: When it was told, seconds since the epoch.
        source: Who says so: `person`, `outcome`, or `model` where it is a model's own prediction that nobody checked.
    """

    id: str
    label: int
    time: float
    source: Literal["person", "outcome", "model"] = "person"
