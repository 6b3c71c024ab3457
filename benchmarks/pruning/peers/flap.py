"""FLAP: fluctuation of inputs times weight, standardised over each layer, and a bias that makes up for the means.

An, Zhao, Yu, Tang and Wang 2024, "Fluctuation-based Adaptive Structured Pruning for Large Language Models", metric
WIFV with the adaptive search AL-AM and bias compensation, on the neurons of the feed-forward networks.
"""

from collections.abc import Iterator, Sequence

import torch
from torch import nn

from netwright.pruning.apply import apply_plan
from netwright.pruning.budgets.neurons import Neurons
from netwright.pruning.collect import collect
from netwright.pruning.rank import rank_units
from netwright.pruning.statistics import Wanted
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.read import read_transformer
from peers.labelled import Labelled


def flap(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield the model with each share of its neurons removed, the readers' biases made up for the means."""
    batches = [one.batch for one in calibration]
    transformer = read_transformer(model)
    ranking = rank_units(model, batches, "flap")
    means = [found.mean for found in collect(transformer, transformer.neurons, batches, Wanted())]
    for share in shares:
        plan = ranking.plan(Neurons(1 - share))
        smaller = apply_plan(model, plan)
        for part, site, mean in zip(plan.sites, transformer.neurons, means, strict=True):
            gone = torch.ones(site.count, dtype=torch.bool)
            gone[list(part.kept)] = False
            missing = weight_of(transformer.module(site.reader)).detach()[:, gone].double() @ mean[gone]
            bias = bias_of(smaller.get_submodule(site.reader))
            with torch.no_grad():
                bias += missing.to(bias)
        yield smaller
