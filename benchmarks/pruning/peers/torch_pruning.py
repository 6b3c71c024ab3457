"""The importances of Torch-Pruning that need no training, by its own pruner, on the same neurons.

Fang, Ma, Song, Mi and Wang 2023, "DepGraph: Towards Any Structural Pruning"; package `torch-pruning`. Its pruner
does not know the transposed maps of GPT-2.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from netwright.structure.transformer.read import read_transformer
from peers.labelled import Labelled

Way = Callable[[nn.Module, Sequence[Labelled], Sequence[float]], Iterator[nn.Module]]


def ways() -> dict[str, Way]:
    """Return the ways of Torch-Pruning, by name; ImportError where the package is not at hand."""
    from torch_pruning.pruner import importance

    made: dict[str, Any] = {
        "Taylor": importance.GroupTaylorImportance,
        "Hessian": importance.GroupHessianImportance,
        "LAMP": importance.LAMPImportance,
        "magnitude": importance.GroupMagnitudeImportance,
    }
    return {f"Torch-Pruning, {name}": partial(_prune, kind=kind) for name, kind in made.items()}


def _prune(
    model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float], *, kind: Any
) -> Iterator[nn.Module]:
    from torch_pruning.pruner import importance
    from torch_pruning.pruner.algorithms import BasePruner

    for share in shares:
        smaller, score = deepcopy(model).eval(), kind()
        makers = {maker.path for site in read_transformer(smaller).neurons for maker in site.makers}
        others = [
            part
            for path, part in smaller.named_modules()
            if isinstance(part, nn.Linear | nn.Embedding) and path not in makers
        ]
        pruner = BasePruner(
            smaller,
            dict(calibration[0].batch),
            importance=score,
            global_pruning=True,
            pruning_ratio=share,
            max_pruning_ratio=1.0,
            ignored_layers=others,
            output_transform=lambda output: output.logits,
            root_module_types=[nn.Linear],
        )
        single = isinstance(score, importance.GroupHessianImportance)
        for one in calibration:
            losses = functional.cross_entropy(smaller(**one.batch).logits, one.labels, reduction="none")
            for loss in losses if single else [losses.sum()]:
                if single:
                    smaller.zero_grad()
                loss.backward(retain_graph=single)
                if single:
                    score.accumulate_grad(smaller)
        pruner.step()
        smaller.zero_grad(set_to_none=True)
        with torch.no_grad():
            yield smaller
