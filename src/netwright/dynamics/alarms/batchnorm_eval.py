"""A batch normalisation that is in evaluation mode while its network is trained."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch.nn.modules.batchnorm import _BatchNorm

from netwright.dynamics.alarms.cover import listed
from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.alarms.tolerance import breaking_tolerance
from netwright.records.dynamics import Alarm

FAR = 10.0
"""How far above the epsilon defect counts: the defect eps / (sigma^2 + eps) is of the batch's variance, its estimate
here of the running one, and the two differ by a few times at most once statistics have settled."""


@dataclass(frozen=True)
class BatchNormEval:
    """Raised where `training` is False at an optimizer step, and a row scale is broken.

    In training mode <g_c, W_c> = eps / (sigma_c^2 + eps) gamma_c dL/dgamma_c. In evaluation mode the statistics do not
    follow W, the output is linear in it, and <g_c, W_c> is no smaller than that of any direction. The row scales
    confirm it where some that learn are watched; else the mode alone decides, if the layer's own weight and bias learn.
    A layer without running statistics normalises with the batch in both modes and is left alone.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:  # noqa: ARG002 - it needs no memory
        """Return one alarm for all such layers of the network."""
        resting = {
            path or "model": module
            for path, module in moment.model.named_modules()
            if isinstance(module, _BatchNorm) and not module.training and module.running_var is not None
        }
        if not resting:
            return
        watched = [at for at in range(len(moment.families)) if _tells(moment, at)]
        defect = max(_defect(module) for module in resting.values())
        broken = {at: value for at in watched if (value := _breaking(moment, at)) > _bound(moment, at, defect)}
        if not watched:
            resting = {path: module for path, module in resting.items() if _learns(module)}
        if not resting or (watched and not broken):
            return
        told = ""
        if broken:
            worst = max(broken, key=lambda at: broken[at])
            place = moment.families[worst].symmetry.place
            told = f": the row scale of {place} is broken by {broken[worst]:.1e}, epsilon explains {defect:.1e}"
        yield Alarm(
            kind="BatchNorm in eval",
            place=listed(tuple(resting)),
            step=moment.step,
            found=f"{len(resting)} BatchNorm layer(s) normalise with running statistics as the optimizer steps{told}",
            remedy="Call model.train() after each evaluation. Fine if the statistics are kept on purpose (fine-tuning "
            "with small batches); freeze the layer's weight and bias too, then.",
        )


def _tells(moment: Moment, at: int) -> bool:
    """Return whether a family is the row scale of a normalisation, and learns."""
    symmetry = moment.families[at].symmetry
    named = [moment.parameters[name] for name in symmetry.parameters]
    return symmetry.kind == "scale" and not symmetry.exact and all(p.grad is not None for p in named)


def _breaking(moment: Moment, at: int) -> float:
    return float(np.median(np.nan_to_num(moment.breaking[at])))


def _bound(moment: Moment, at: int, defect: float) -> float:
    """Return up to where epsilon and rounding explain a family's breaking."""
    family = moment.families[at]
    return max(FAR * defect, FAR * family.symmetry.residual, breaking_tolerance(moment, family))


def _defect(module: _BatchNorm) -> float:
    """Return eps / (sigma^2 + eps), the median over the channels."""
    assert module.running_var is not None
    variance = module.running_var.detach().double().cpu().numpy()
    return float(np.median(module.eps / (variance + module.eps)))


def _learns(module: _BatchNorm) -> bool:
    return any(p.requires_grad and p.grad is not None for p in module.parameters(recurse=False))
