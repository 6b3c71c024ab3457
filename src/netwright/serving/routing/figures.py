"""Figures of routing and telemetry for Prometheus: the canary, the shadow, and what became of the events."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from netwright.records.rollout import Rollout
from netwright.serving.routing.service import Service
from netwright.serving.routing.shadow import ShadowCounts
from netwright.serving.routing.upstream import Upstream


class RoutingFigures(Collector):
    """Reads a service whenever somebody asks for the figures; `registry.register` takes it.

    Args:
        service: That is running.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; those of a canary or a shadow only where there is one."""
        rollout, shadowed = self._service.rollout, self._service.shadowed
        if rollout is not None:
            yield from _rollout(rollout)
        if shadowed is not None:
            yield _shadow(shadowed)
        yield _runners(self._service.upstreams)
        counts = self._service.recorded
        events = CounterMetricFamily("netwright_telemetry_events", "What became of the events.", labels=["outcome"])
        for outcome in ("accepted", "stored", "dropped", "bare", "lost"):
            events.add_metric([outcome], getattr(counts, outcome))
        yield events
        yield GaugeMetricFamily("netwright_telemetry_waiting_events", "Events on their way.", value=counts.waiting)


def _runners(upstreams: Sequence[Upstream]) -> Metric:
    told = CounterMetricFamily(
        "netwright_runner", "What became of requests and batches of a model.", labels=["model", "route", "outcome"]
    )
    for one in upstreams:
        for outcome, count in asdict(one.runner.counts).items():
            told.add_metric([one.name, one.route, outcome], count)
    return told


def _rollout(rollout: Rollout) -> Iterator[Metric]:
    yield GaugeMetricFamily("netwright_canary_share", "Share of the keys that it answers.", value=rollout.share)
    rolled_back = float(rollout.stage == "rolled back")
    yield GaugeMetricFamily("netwright_canary_rolled_back", "1 after a roll-back.", value=rolled_back)
    seen = CounterMetricFamily("netwright_rollout_requests", "Requests looked at.", labels=["arm", "respect"])
    bad = CounterMetricFamily("netwright_rollout_bad_requests", "The bad ones of these.", labels=["arm", "respect"])
    evidence = GaugeMetricFamily("netwright_rollout_e_value", "Evidence for a claim.", labels=["claim", "respect"])
    for one in rollout.streams:
        seen.add_metric(["main", one.respect], one.main)
        seen.add_metric(["canary", one.respect], one.canary)
        bad.add_metric(["main", one.respect], one.main_bad)
        bad.add_metric(["canary", one.respect], one.canary_bad)
        evidence.add_metric(["worse", one.respect], one.worse)
        evidence.add_metric(["no_worse", one.respect], one.no_worse)
    yield from (seen, bad, evidence)


def _shadow(counts: ShadowCounts) -> Metric:
    samples = CounterMetricFamily("netwright_shadow_samples", "What became of the copies.", labels=["outcome"])
    samples.add_metric(["agreed"], counts.agreed)
    samples.add_metric(["disagreed"], counts.answered - counts.agreed)
    samples.add_metric(["failed"], counts.failed)
    samples.add_metric(["dropped"], counts.dropped)
    return samples
