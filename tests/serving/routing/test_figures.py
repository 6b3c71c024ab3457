from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from netwright.records.rollout import Rollout
from netwright.serving.execution.backlog import Counts
from netwright.serving.routing.figures import RoutingFigures
from netwright.serving.routing.rollback import Rollback, Tolerances
from netwright.serving.routing.shadow import ShadowCounts
from netwright.serving.telemetry.recorder import RecorderCounts


@pytest.fixture
def read():
    def figures(service):
        registry = CollectorRegistry()
        registry.register(RoutingFigures(service))
        families = text_string_to_metric_families(generate_latest(registry).decode())
        return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}

    return figures


def service(rollout=None, shadowed=None, upstreams=()):
    counts = RecorderCounts(9, 5, 2, 1, 0, 4)
    return SimpleNamespace(rollout=rollout, shadowed=shadowed, recorded=counts, upstreams=upstreams)


def test_only_what_there_is_is_told(read):
    assert read(service()) == {
        ("netwright_telemetry_events_total", "accepted"): 9,
        ("netwright_telemetry_events_total", "stored"): 5,
        ("netwright_telemetry_events_total", "dropped"): 1,
        ("netwright_telemetry_events_total", "bare"): 0,
        ("netwright_telemetry_events_total", "lost"): 4,
        ("netwright_telemetry_waiting_events",): 2,
    }


def test_what_became_of_requests_is_told(read):
    runner = SimpleNamespace(counts=Counts(accepted=7, refused=2, restarts=1))
    told = read(service(upstreams=(SimpleNamespace(runner=runner, name="mlp", route="main"),)))
    assert told["netwright_runner_total", "accepted", "main", "mlp"] == 7
    assert told["netwright_runner_total", "main", "mlp", "refused"] == 2
    assert told["netwright_runner_total", "main", "mlp", "restarts"] == 1


def test_a_roll_back_is_told(read):
    rollback = Rollback(Tolerances())
    for _ in range(50):
        rollback.main(200, 0.0)
        rollback.canary(503, 0.0)
    facts = {"main": "v1", "canary": "v2", "asked": 0.1, "share": 0.0, "stage": "rolled back", "alpha": 0.01}
    told = read(service(rollout=Rollout(**facts, streams=rollback.streams(), reason="errors", time=1.0)))
    assert told["netwright_canary_share",] == 0
    assert told["netwright_canary_rolled_back",] == 1
    assert told["netwright_rollout_requests_total", "canary", "errors"] == 50
    assert told["netwright_rollout_bad_requests_total", "canary", "errors"] == 50
    assert told["netwright_rollout_bad_requests_total", "errors", "main"] == 0
    assert told["netwright_rollout_e_value", "errors", "worse"] > 300


def test_a_shadow_is_told(read):
    told = read(service(shadowed=ShadowCounts(answered=10, agreed=7, failed=2, dropped=1)))
    found = {
        outcome: told["netwright_shadow_samples_total", outcome]
        for outcome in ("agreed", "disagreed", "failed", "dropped")
    }
    assert found == {"agreed": 7, "disagreed": 3, "failed": 2, "dropped": 1}
