"""Morgan-Mercer-Flodin with four constants: e = c + a/(1 + (r/half)^d), from chance a + c to a floor."""

from netwright.scaling.laws.axis import AmongSizes, LogNormal
from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Floored

HALF = AmongSizes("half", before=1 / 4, beyond=1.0)
"""The size that takes the error half way to its floor."""

STEEPNESS = LogNormal("d", 0.2, 3.0, 0.7, 0.5)
"""The exponent far beyond `half`: nine in ten between 0.31 and 1.6."""

MMF4 = Law(
    "MMF4",
    (HALF, STEEPNESS),
    Floored,
    prior=0.18,
    grids=((16, 16), (32, 32)),
    search=(16, 16),
    fewest=4,
    top=0.0,
)
"""Morgan, Mercer & Flodin 1975; Viering & Loog 2021, "The Shape of Learning Curves", MMF4: first slow, then a power."""
