"""Priors of nonlinear constants against scipy's distributions."""

import numpy as np
import pytest
from scipy import stats

from netwright.scaling.laws.axis import AmongSizes, LogNormal

RATIOS = np.array([0.25, 1.0, 4.0])


def test_a_log_normal_constant_is_cut_to_its_bounds():
    axis = LogNormal("b", 0.1, 2.0, centre=0.5, width=0.8)
    logs = np.log([0.1, 0.5, 1.9])
    ends = np.log(np.array([0.1, 2.0]) / 0.5) / 0.8
    cut = stats.truncnorm(*ends, loc=np.log(0.5), scale=0.8)
    assert axis.log_prior(logs, RATIOS) == pytest.approx(cut.logpdf(logs))
    assert axis.bounds(RATIOS) == (0.1, 2.0)


def test_a_size_is_as_likely_in_every_octave():
    axis = AmongSizes("half", before=0.5, beyond=2.0)
    assert axis.bounds(RATIOS) == (0.125, 8.0)
    assert np.exp(axis.log_prior(np.log([0.2, 1.0, 7.0]), RATIOS)) == pytest.approx([1 / np.log(64)] * 3)


def test_another_unit_of_size_moves_the_bounds_with_it():
    low, high = AmongSizes("half", before=0.5).bounds(10 * RATIOS)
    assert (low, high) == (1.25, 40.0)
