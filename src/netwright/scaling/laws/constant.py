"""An error that more data does not change: e = a."""

from netwright.scaling.laws.law import Law
from netwright.scaling.least_squares import Floorless

CONSTANT = Law("constant", (), Floorless, prior=0.02, grids=((),), search=(), fewest=3)
"""What the other laws are to beat."""
