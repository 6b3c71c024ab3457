"""Whether a constraint holds, is off by what theory predicts, or fails."""

from math import isclose
from typing import Literal

from netwright.records.geometry import Residual

State = Literal["holds", "as predicted", "fails"]
AGREEMENT = 0.01
"""Relative difference up to which a defect is the predicted one."""


def state_of(residual: Residual) -> State:
    """Return what became of a constraint.

    Args:
        residual: Of one family and formula.

    Returns:
        `as predicted` where it is beyond its tolerance by what the epsilon of a normalisation explains.

    >>> given = {"kind": "scale", "place": "conv", "formula": "<g, v> = 0", "generators": 8, "tolerance": 1e-12}
    >>> state_of(Residual(**given, value=3e-6, predicted=3.001e-6)), state_of(Residual(**given, value=3e-6))
    ('as predicted', 'fails')
    """
    if residual.holds:
        return "holds"
    if residual.predicted is not None and isclose(residual.value, residual.predicted, rel_tol=AGREEMENT):
        return "as predicted"
    return "fails"
