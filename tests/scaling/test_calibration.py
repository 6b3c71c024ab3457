"""Intervals hold the truth as often as they say; the benchmark says it with more curves."""

import numpy as np
import pytest

from netwright.scaling.calibration import calibrate
from netwright.scaling.simulate import SimulatedDesign
from netwright.scaling.true_laws import PowerLaw


@pytest.mark.parametrize(("sizes", "seeds", "error"), [(5, 3, 0.06), (9, 5, 0.025)])
def test_ninety_per_cent_intervals_hold_the_truth(sizes, seeds, error):
    report = calibrate(SimulatedDesign(sizes=sizes, seeds=seeds), curves=200)
    # three standard errors of a coverage of 0.9 at 200 curves are 0.064
    assert 0.84 <= report.coverage <= 0.97
    assert report.coverage + report.below + report.above == pytest.approx(1)
    assert report.median_error <= error
    assert report.failed == 0


def law_of(_random, design):
    return PowerLaw(design.first, 0.5, 0.5, 0.1)


def test_shares_and_medians_of_a_known_predictor():
    answers = iter([(0.2, 0.0, 1.0), (0.2, 0.0, 0.01), (0.2, 0.9, 1.0), (float("nan"), 0.0, 1.0)])
    design = SimulatedDesign(sizes=4, seeds=1)
    report = calibrate(design, curves=4, draw_law=law_of, predict=lambda *_: next(answers))
    truth = float(law_of(None, design)(4 * design.images[-1]))
    assert (report.coverage, report.below, report.above, report.failed) == (0.25, 0.25, 0.25, 0.25)
    assert report.median_error == pytest.approx(abs(0.2 - truth) / truth)
    assert report.standard_error == pytest.approx(np.sqrt(0.25 * 0.75 / 4))


def test_every_predictor_sees_the_same_curves():
    seen = []

    def watch(sizes, errors, n):
        seen.append((sizes, errors.tolist(), n))
        return 0.2, 0.1, 0.3

    for _ in range(2):
        calibrate(SimulatedDesign(sizes=4, seeds=2), curves=3, predict=watch)
    assert seen[:3] == seen[3:]
