"""Gradients that are clipped element by element."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.alarms.tolerance import breaking_tolerance
from netwright.records.dynamics import Alarm

SHARING = 8
"""Elements that share exactly the largest |g|. By chance few do: near the largest of n values their density falls such
that about 2 ln(n) eps of them lie within the spacing of the numbers, 0.2 in bfloat16 at n = 10^6; structure gives two
(the head of two classes). Eight have a chance below 1e-8."""


@dataclass(frozen=True)
class ValueClipping:
    """Raised where an exact symmetry is broken in .grad and many elements share the largest |g|.

    clip_grad_value_ maps g to clamp(g, -c, c), element by element: <clamp(g), v> is not 0 where <g, v> is. A clipped
    global norm multiplies g by one number: <g, v> stays 0, and no elements become equal.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:  # noqa: ARG002 - it needs no memory
        """Return one alarm for the network: the bound is shared by all its parameters."""
        broken = {
            at: float(np.nan_to_num(moment.breaking[at]).max(initial=0.0))
            for at, family in enumerate(moment.families)
            if family.symmetry.exact and family.symmetry.kind != "null"
        }
        broken = {at: v for at, v in broken.items() if v > breaking_tolerance(moment, moment.families[at])}
        if not broken:
            return
        names = {name for at in broken for name in moment.families[at].symmetry.parameters}
        gradients = [g for name in sorted(names) if (g := moment.parameters[name].grad) is not None and not g.is_sparse]
        bound, sharing, total = _sharing(gradients)
        if sharing < SHARING:
            return
        worst = max(broken, key=lambda at: broken[at])
        place = moment.families[worst].symmetry.place
        yield Alarm(
            kind="value clipping",
            place="gradients",
            step=moment.step,
            found=f"{sharing} of {total} gradient elements are exactly {bound:.4g} in size, none is larger, and "
            f"{len(broken)} exact symmetries are broken, {place} by {broken[worst]:.1e}",
            remedy="Clip the global norm (clip_grad_norm_) in place of single values: it keeps the gradient's "
            "direction and every conservation law.",
        )


def _sharing(gradients: list[Tensor]) -> tuple[float, int, int]:
    """Return the largest |g|, how many elements have exactly that, and how many there are."""
    largest = max((float(g.detach().abs().max()) for g in gradients if g.numel()), default=0.0)
    if not 0 < largest < float("inf"):
        return largest, 0, sum(g.numel() for g in gradients)
    sharing = sum(int(torch.count_nonzero(g.detach().abs() == largest)) for g in gradients)
    return largest, sharing, sum(g.numel() for g in gradients)
