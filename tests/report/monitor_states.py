"""What monitors know, made up: nothing, a quiet service, one on which everything goes wrong, one of hostile names."""

from netwright.records.drift import DriftState, Effect, FeatureDrift
from netwright.records.monitor import (
    Alarm,
    Count,
    LiveAccuracy,
    MonitorState,
    RouteAccuracy,
    TriggerState,
    Window,
)

START, NAN = 1_790_000_040.0, float("nan")
HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)>&\u2028" + "long" * 60


def window(i, answered=60, refused=0, labelled=20, right=18):
    counts = [Count(version="v1", model="mlp", route="main", status=200, n=answered)]
    counts += [Count(version="v1", model="", route="main", status=429, n=refused)] if refused else []
    return Window(
        start=START + 60 * i, counts=tuple(counts), latencies={-310: answered - 1, -250: 1}, labelled=labelled,
        right=right,
    )  # fmt: skip


def accuracy(**given):
    usual = {
        "answered": 3600, "labelled": 1200, "right": 1080, "low": 0.88, "high": 0.92, "assumed": 0.91,
        "assumed_low": 0.9, "assumed_high": 0.92, "confidence": 0.8, "confidence_labelled": 0.8, "delay": 60.0,
        "delay_long": 300.0, "from_model": 0, "corrected": 0, "unmatched": 0,
    }  # fmt: skip
    return LiveAccuracy(**{**usual, **given})


def drift(name, value, alarm=None, group="input"):
    effects = (
        Effect(name="PSI", value=value, low=value / 2, high=2 * value, n=1000, threshold=0.2),
        Effect(name="Wasserstein", value=value, low=value, high=value, n=1000),
    )
    found = {"discovered": alarm, "alarm": alarm}
    return FeatureDrift(feature=name, group=group, e_value=1e7 if alarm else 0.5, since=10, effects=effects, **found)


def quiet(**given):
    usual = {
        "name": "garments", "version": "v1", "decided": "mlp", "time": START + 3600, "seconds": 60.0,
        "latest": START + 3590, "events": 3600, "behind": 0,
        "counts": (Count(version="v1", model="mlp", route="main", status=200, n=3600),),
        "windows": tuple(window(i) for i in range(60)),
        "drift": DriftState(rows=3600, level=0.01, features=(drift("brightness", 0.02), drift("contrast", 0.1))),
        "unreadable": 0, "accuracy": accuracy(), "lost": 0, "runs": 0, "alarms": (), "latency_limit": 0.01,
        "triggers": (
            TriggerState(text="accuracy is below 0.8", standing="holds", detail="10% wrong"),
            TriggerState(text="another candidate is measured", standing="cannot be watched", detail="a study does"),
        ),
    }  # fmt: skip
    return MonitorState(**{**usual, **given})


def empty():
    nothing = accuracy(
        answered=0, labelled=0, right=0, low=0.0, high=1.0, assumed=NAN, assumed_low=NAN, assumed_high=NAN,
        confidence=NAN, confidence_labelled=NAN, delay=NAN, delay_long=NAN,
    )  # fmt: skip
    return quiet(
        latest=None, events=0, counts=(), windows=(), accuracy=nothing, triggers=(), latency_limit=None,
        drift=DriftState(rows=0, level=0.01, features=(drift("brightness", 0.0),)),
    )  # fmt: skip


def alarming():
    alarms = (
        Alarm(key="drift:brightness", time=START + 1800, title="brightness has drifted", reason="PSI 1.2"),
        Alarm(key="condition:1", time=START + 2000, title="accuracy is below 0.8", reason="40% wrong"),
        Alarm(key="condition:2", time=START + 2100, title="slow", reason="p99", acknowledged=START + 2500),
    )
    routes = (RouteAccuracy(version="v1", model="mlp", route="main", labelled=9, right=6, low=0.4, high=0.8),)
    return quiet(
        alarms=alarms, lost=12, runs=1, unreadable=3, behind=7,
        windows=tuple(window(i, 60 if i < 30 else 20, 0 if i < 30 else 50, 20, 18 if i < 30 else 8) for i in range(60)),
        counts=(
            Count(version="v1", model="mlp", route="main", status=200, n=3000),
            Count(version="v1", model="mlp", route="main", status=429, n=500),
            Count(version="v2", model="mlp", route="canary", status=200, n=100),
        ),
        accuracy=accuracy(
            labelled=100, confidence_labelled=0.6, from_model=1, corrected=2, unmatched=3, routes=routes
        ),
        drift=DriftState(rows=3600, level=0.01, features=(drift("contrast", 0.1), drift("brightness", 1.2, 1800))),
        triggers=(TriggerState(text="accuracy is below 0.8", standing="fired", detail="40% wrong", since=START + 99),),
    )  # fmt: skip


def hostile():
    return quiet(
        name=HOSTILE, version=HOSTILE, decided=HOSTILE,
        counts=(Count(version=HOSTILE, model=HOSTILE, route="main", status=200, n=1),),
        alarms=(Alarm(key=f"drift:{HOSTILE}", time=START, title=HOSTILE, reason=HOSTILE),),
        drift=DriftState(rows=9, level=0.01, features=(drift(HOSTILE, 1.0, 9),)),
        triggers=(TriggerState(text=HOSTILE, standing="fired", detail=HOSTILE, since=START),),
    )  # fmt: skip


STATES = {"empty": empty, "quiet": quiet, "alarming": alarming, "hostile": hostile}
