"""Weibull with four constants: e = c + a exp(-(r/scale)^d), from chance a + c to a floor that it soon reaches."""

from netwright.scaling.laws.axis import AmongSizes, LogNormal
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Floored

SCALE = AmongSizes("scale", before=1 / 4, beyond=4.0)
"""The size that takes the error to 1/e of its way."""

STRETCH = LogNormal("d", 0.1, 2.0, 0.5, 0.6)
"""1 is exponential decay; nine in ten between 0.19 and 1.3."""

WBL4 = Law(
    "WBL4",
    (SCALE, STRETCH),
    Floored,
    prior=0.08,
    grids=((16, 16), (32, 32)),
    search=(16, 16),
    fewest=4,
    top=0.0,
)
"""Viering & Loog 2021, "The Shape of Learning Curves", WBL4."""
