"""Intervals of laws of growth hold the truth as often as they say."""

import pytest

from netwright.scaling.growth_coverage import GrowthLaw, growth_coverage
from netwright.scaling.simulate import SimulatedDesign


@pytest.mark.parametrize(("sizes", "seeds", "error"), [(5, 3, 0.06), (9, 5, 0.025)])
def test_ninety_per_cent_intervals_hold_the_truth(sizes, seeds, error):
    report = growth_coverage(SimulatedDesign(sizes=sizes, seeds=seeds), fits=200)
    # three standard errors of a coverage of 0.9 at 200 fits are 0.064
    assert 0.84 <= report.coverage <= 0.97
    assert report.coverage + report.below + report.above == pytest.approx(1)
    assert report.median_error <= error


def test_a_purely_proportional_cost_is_held_nearly_as_often():
    report = growth_coverage(
        SimulatedDesign(sizes=5, seeds=3), fits=150, draw_law=lambda _, design: GrowthLaw(design.first, 0.0, 1.0)
    )
    # the truth lies on the edge of what is possible, t0 = 0: every miss is on one side
    assert report.coverage >= 0.8
    assert report.above <= 0.03
