"""A power law whose exponent changes once: e = c + a r^-b (1 + r/knee)^(b - later)."""

from netwright.scaling.laws.axis import AmongSizes, LogNormal
from netwright.scaling.laws.law import Law
from netwright.scaling.laws.power_law import EXPONENT
from netwright.scaling.least_squares import Floored

FEWEST_SIZES = 9
"""Five constants, of which two say where and how far the exponent changes."""

LATER = LogNormal("later", EXPONENT.low, EXPONENT.high, EXPONENT.centre, EXPONENT.width)
"""The exponent far beyond the knee; `b` is the one far before it."""

ONE_BREAK = Law(
    "one break",
    (EXPONENT, LATER, AmongSizes("knee")),
    Floored,
    prior=0.05,
    grids=((12, 12, 12), (12, 12, 12), (10, 10, 10)),
    search=(6, 6, 6),
    fewest=FEWEST_SIZES,
)
"""Caballero et al. 2022, "Broken Neural Scaling Laws", equation 1 with one break and f = 1."""
