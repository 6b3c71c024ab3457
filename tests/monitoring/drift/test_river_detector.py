"""river's detectors behind our interface."""

import sys

import numpy as np
import pytest

from netwright.monitoring.drift.detector import Detector
from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.monitoring.drift.river_detector import RiverDetector
from netwright.records.errors import MissingExtraError


def detectors(reference) -> dict[str, Detector]:
    # KSWIN's default, 0.005 for each row and feature, rings falsely within a few hundred rows
    settings = {"ADWIN": {}, "KSWIN": {"alpha": 1e-6}, "PageHinkley": {}}
    rivers = {kind: RiverDetector(kind, reference, given) for kind, given in settings.items()}
    return {"ours": DriftMonitor(reference)} | rivers


@pytest.mark.parametrize("name", ["ours", "ADWIN", "KSWIN", "PageHinkley"])
def test_a_large_jump_is_noticed_by_all(reference, draw, name):
    detector = detectors(reference)[name]
    calm, predicted = draw(600, seed=1)
    detector.observe(calm, predicted)
    moved = draw(400, seed=2)[0]
    moved[:, 1] += 4
    moved[::7, 0] = np.nan
    rings = detector.observe(moved, predicted[:400])
    first = next(ring for ring in rings if ring.feature == "x1")
    assert 600 < first.row <= 700


def test_each_feature_rings_once(reference, draw):
    detector = RiverDetector("PageHinkley", reference, {"threshold": 5})
    numbers, predicted = draw(2000, seed=3)
    numbers[500:] += 5
    numbers[1000:] -= 10
    names = [ring.feature for ring in detector.observe(numbers, predicted)]
    assert len(names) == len(set(names))


def test_without_river_it_says_what_to_install(reference, monkeypatch):
    monkeypatch.setitem(sys.modules, "river", None)
    with pytest.raises(MissingExtraError, match=r"netwright\[monitor\]"):
        RiverDetector("ADWIN", reference)
