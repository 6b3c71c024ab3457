"""A decision and its reference, made up."""

import numpy as np
import pytest

from netwright.records.candidate import Candidate
from netwright.records.decision import Assessment, Decision, Trigger
from netwright.records.measurement import Conditions, Measurement
from netwright.records.reference import FeatureReference, Reference
from netwright.records.scenario import Design, Preferences, Scenario


def measured(quality, value, width, unit):
    return Measurement(
        quality=quality, value=value, low=value - width, high=value + width, n=1000, unit=unit,
        conditions=Conditions(hardware="2 cores"),
    )  # fmt: skip


@pytest.fixture
def decision():
    scenario = Scenario(
        name="garments", task="image-classification", data="none", design=Design(sizes=(10, 60), seeds=1),
        candidates=(Candidate(name="mlp", model="mlp"),), constraints=(), preferences=Preferences(order=("accuracy",)),
    )  # fmt: skip
    figures = (measured("accuracy", 0.9, 0.02, "ratio"), measured("latency.p99", 0.005, 0.001, "s"))
    chosen = Assessment(name="mlp", status="chosen", reason="it is the best", measurements=figures)
    triggers = (
        Trigger(text="accuracy is below 0.8", kind="quality", quality="accuracy", relation=">=", bound=0.8),
        Trigger(text="latency.p99 is above 10 ms", kind="quality", quality="latency.p99", relation="<=", bound=0.01),
        Trigger(text="more than 1,000 samples are at hand", kind="samples", samples=1000.0),
        Trigger(text="the samples have drifted", kind="drift"),
        Trigger(text="it is to run on other hardware than 2 cores", kind="hardware"),
        Trigger(text="another candidate is measured more closely", kind="candidate"),
    )
    return Decision(
        scenario=scenario, scenario_hash="0", chosen="mlp", summary=(), candidates=(chosen,), revisit_when=triggers
    )


@pytest.fixture
def reference():
    values = np.random.default_rng(9).normal(0.5, 0.5, (2, 2000))
    numbers = []
    for (name, group), column in zip((("brightness", "input"), ("confidence", "prediction")), values, strict=True):
        edges = np.quantile(column, np.linspace(0.1, 0.9, 9))
        bins = np.digitize(column, edges)
        numbers.append(
            FeatureReference(
                name=name, group=group, edges=tuple(edges), counts=(*np.bincount(bins, minlength=10).tolist(), 0),
                centres=tuple(column[bins == i].mean() for i in range(10)), mean=column.mean(), spread=column.std(),
            )
        )  # fmt: skip
    return Reference(
        data="garments", fingerprint="f", n=2000, features=tuple(numbers), classes=("shirt", "shoe"),
        predicted=(1000, 1000), labelled=(1000, 1000), correct=1800,
    )  # fmt: skip
