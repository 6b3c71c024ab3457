"""Up to where <g, v> counts as rounding."""

from math import sqrt

import numpy as np
import torch

from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.family import Family
from netwright.dynamics.head_family import HeadFamily

ROUNDINGS = 8.0
"""Deviations of one rounding error that are allowed: what stands in one gradient passed through a few roundings."""
ACCUMULATED = 256.0
"""Roundings in the sums over batch, space and channels, in float32 or finer: the root of 2^16 terms."""
SINGLE = 2.0**-24
"""Unit roundoff of float32."""
UNKNOWN = 2.0**-9
"""Unit roundoff of bfloat16, the coarsest arithmetic of a training: allowed for where the arithmetic is not known."""


def breaking_tolerance(moment: Moment, family: Family) -> float:
    """Return up to where |<g, v>| / (|g| |v|) of a generator of a family counts as rounding.

    Independent relative errors e_i of size u in the elements of g change <g, v> by sqrt(sum (u g_i v_i)^2), about
    u |g| |v| / sqrt(d) over d elements. Hence tolerance = (8 u + 256 u_sum) / sqrt(d), with u the unit roundoff of the
    coarsest arithmetic between weights and gradient, and u_sum that in which sums are accumulated. A direction that is
    no symmetry has |<g, v>| / (|g| |v|) about 1 / sqrt(d): the same root, so that the two stay apart in every layer.

    Args:
        moment: The training.
        family: One of its families.

    Returns:
        A relative size; below 1e-3 where d is above 250, whatever the arithmetic.
    """
    dtypes = {moment.parameters[name].dtype for name in family.symmetry.parameters}
    finest = max((torch.finfo(dtype).eps / 2 for dtype in dtypes), default=UNKNOWN)
    # autocast leaves float64 alone, though the loss may be computed in float32; anything else may be in bfloat16
    allowed = SINGLE if finest < SINGLE else UNKNOWN
    coarse = allowed if moment.rounding is None else moment.rounding
    sums = min(finest, SINGLE)
    return (ROUNDINGS * max(coarse, finest) + ACCUMULATED * sums) / sqrt(_elements(moment, family))


def excess(moment: Moment, at: int) -> float:
    """Return how many times the tolerance the breaking of a family is in the median over its charges.

    The median, because a channel whose gradient nearly cancels has a large relative error, and a cause breaks most.

    Args:
        moment: The training.
        at: Number of the family.

    Returns:
        At most 1 where the symmetry holds; 0 where there is no gradient.
    """
    seen = moment.breaking[at][np.isfinite(moment.breaking[at])]
    return float(np.median(seen)) / breaking_tolerance(moment, moment.families[at]) if seen.size else 0.0


def _elements(moment: Moment, family: Family) -> float:
    """Return how many elements a generator moves, on the average over the family."""
    total = sum(moment.parameters[name].numel() for name in family.symmetry.parameters)
    apart = len(family.heads) * family.width if isinstance(family, HeadFamily) else family.symmetry.count
    return max(1.0, total / max(1, apart))
