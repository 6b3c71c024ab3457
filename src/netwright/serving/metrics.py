"""Figures of a running service, for Prometheus: counters, latencies, and what is going on just now."""

from collections.abc import Callable
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the bins of latencies, in seconds."""


class Gauges(NamedTuple):
    """What is read when somebody asks for the figures.

    Args:
        ready: Whether the service answers by a model.
        in_flight: Requests that are being answered.
        waiting: Samples that wait for a model.
    """

    ready: Callable[[], float]
    in_flight: Callable[[], float]
    waiting: Callable[[], float]


class Metrics:
    """The figures of one service, in a registry of their own.

    Source of names and units: Prometheus, "Metric and label naming".
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "netwright_requests", "Requests that were answered.", ("model", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "netwright_request_seconds",
            "From a request's arrival to its answer.",
            ("model", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._samples = Counter(
            "netwright_samples", "Samples that were answered.", ("model", "route"), registry=self.registry
        )
        self._received = Counter("netwright_received_bytes", "Bodies of inference requests.", registry=self.registry)
        self._refused = Counter(
            "netwright_refused_requests", "Requests that were refused, by exact status.", ("status",),
            registry=self.registry,
        )  # fmt: skip
        self._children: dict[tuple[str, str], tuple[Counter, Histogram, Counter]] = {}
        ProcessCollector(registry=self.registry)

    def watch(self, gauges: Gauges, build: dict[str, str]) -> None:
        """Add what is read when somebody asks.

        Args:
            gauges: How to read it.
            build: What is served: name -> value.
        """
        for name, text, read in (
            ("netwright_ready", "1 while a model can answer.", gauges.ready),
            ("netwright_in_flight_requests", "Requests that are being answered.", gauges.in_flight),
            ("netwright_waiting_samples", "Samples that wait for a model.", gauges.waiting),
        ):
            Gauge(name, text, registry=self.registry).set_function(read)
        Gauge("netwright_build_info", "What is served.", tuple(build), registry=self.registry).labels(**build).set(1)

    def answered(self, model: str, route: str, seconds: float, samples: int, received: int) -> None:
        """Count a request that was answered.

        Args:
            model: The candidate.
            route: How the request came to it.
            seconds: From arrival to answer.
            samples: Of the request.
            received: Bytes of its body.
        """
        child = self._children.get((model, route))
        if child is None:
            child = self._children[model, route] = (
                self._requests.labels(model, route, "2xx"),
                self._seconds.labels(model, route),
                self._samples.labels(model, route),
            )
        child[0].inc()
        child[1].observe(seconds)
        child[2].inc(samples)
        self._received.inc(received)

    def refused(self, status: int) -> None:
        """Count a request that was not answered."""
        self._requests.labels("none", "none", f"{status // 100}xx").inc()
        self._refused.labels(str(status)).inc()

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)
