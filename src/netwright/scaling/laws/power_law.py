"""The power law with a floor: e = c + a r^-b."""

from netwright.records.law import POWER_LAW as NAME
from netwright.scaling.laws.axis import LogNormal
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Floored

LOWEST_EXPONENT = 0.03
HIGHEST_EXPONENT = 1.6
"""Below, a power law cannot be told from a logarithm; above, from its floor."""

PRIOR_EXPONENT = 0.4
PRIOR_WIDTH = 0.6
"""ln b ~ N(ln 0.4, 0.6^2): nine in ten exponents between 0.15 and 1.07 (Hestness et al. 2017 found 0.07 to 0.35 for
the errors of whole tasks with c = 0; with a floor, exponents are larger)."""

EXPONENT = LogNormal("b", LOWEST_EXPONENT, HIGHEST_EXPONENT, PRIOR_EXPONENT, PRIOR_WIDTH)

POWER_LAW = Law(NAME, (EXPONENT,), Floored, prior=0.55, grids=((80,), (80,), (120,)), search=(160,), fewest=3)
"""Viering & Loog 2021, "The Shape of Learning Curves", pow3."""
