"""A batch normalisation that is in evaluation mode while its network is trained."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from netwright.dynamics.alarms.cover import listed
from netwright.dynamics.alarms.moment import Moment
from netwright.dynamics.alarms.tolerance import breaking_tolerance
from netwright.records.dynamics import Alarm

FAR = 10.0
"""How far above the epsilon defect counts: the defect eps / (sigma^2 + eps) is of the batch's variance, the estimate of
the running one, and they differ by a few times at most once statistics have settled."""


@dataclass(frozen=True)
class BatchNormEval:
    """Raised where `training` is False at an optimizer step, and the row scale of the layer before it is broken.

    In training mode <g_c, W_c> = eps / (sigma_c^2 + eps) gamma_c dL/dgamma_c. In evaluation mode the statistics do not
    follow W, the output is linear in it, and <g_c, W_c> is of the size of |g_c| |W_c|. The row scale confirms it where
    one is watched; else the mode alone decides, provided that the layer learns. A layer without running statistics
    normalises with the batch in both modes and is left alone.
    """

    def look(self, moment: Moment, memory: dict[str, Any]) -> Iterable[Alarm]:  # noqa: ARG002 - it needs no memory
        """Return one alarm for all such layers of the network."""
        found = [
            (path, evidence)
            for path, module in moment.model.named_modules()
            if isinstance(module, _BatchNorm) and not module.training and module.running_var is not None
            for evidence in _evidence(moment, path, module, module.running_var)
        ]
        if found:
            paths = tuple(path or "model" for path, _ in found)
            told = next((evidence for _, evidence in found if evidence), "")
            yield Alarm(
                kind="BatchNorm in eval",
                place=listed(paths),
                step=moment.step,
                found=f"{len(paths)} BatchNorm layer(s) normalise with running statistics while the optimizer steps{told}",
                remedy="Call model.train() after each evaluation. Fine if the statistics are kept on purpose (fine-tuning "
                "with small batches); freeze the layer's weight and bias too, then.",
            )


def _evidence(moment: Moment, path: str, module: nn.Module, variance: Tensor) -> Iterable[str]:
    """Yield once, with figures where a row scale is watched, if the layer's mode tells on the gradient."""
    watched = [
        at for at, f in enumerate(moment.families) if f.symmetry.kind == "scale" and _joins(f.symmetry.place, path)
    ]
    for at in watched:
        family, breaking = moment.families[at], np.nan_to_num(moment.breaking[at])
        epsilon = float(getattr(module, "eps", 0.0))
        shares = epsilon / (variance.detach().double().cpu().numpy() + epsilon)
        defect = float(np.median(shares))
        if np.median(breaking) > max(FAR * defect, breaking_tolerance(moment, family)):
            yield f": the row scale of {family.symmetry.place} is broken by {np.median(breaking):.1e}, epsilon explains "
            f"{defect:.1e}"
            return
    own = [p for p in module.parameters(recurse=False) if p.requires_grad and p.grad is not None]
    if not watched and own:
        yield ""


def _joins(place: str, path: str) -> bool:
    """Return whether a module's path is named in the words of a place."""
    return path in re.split(r"[^\w.]+", place)
