"""The power law without a floor: e = a r^-b."""

from netwright.scaling.laws.axis import LogNormal
from netwright.scaling.laws.law import Law
from netwright.scaling.laws.power_law import HIGHEST_EXPONENT, LOWEST_EXPONENT
from netwright.scaling.least_squares import Floorless

EXPONENT = LogNormal("b", LOWEST_EXPONENT, HIGHEST_EXPONENT, 0.25, 0.6)
"""Nine in ten exponents between 0.09 and 0.67: Hestness et al. 2017 found 0.07 to 0.35."""

POW2 = Law("pow2", (EXPONENT,), Floorless, prior=0.05, grids=((80,), (80,)), search=(160,), fewest=3)
"""Viering & Loog 2021, "The Shape of Learning Curves", pow2."""
