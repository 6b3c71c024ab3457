"""Mask search, rearrangement and tuning of Kwon et al. 2022, on the neurons of the feed-forward networks.

Kwon, Kim, Mahoney, Hassoun, Keutzer and Gholami 2022, "A Fast Post-Training Pruning Framework for Transformers". As in
the authors' code the gradients of the masks are those of the mean loss of each batch of 32, with labels; the teacher of
the tuning is the model pruned to the square root of the share that stays; the last layer is tuned on the deciding token
alone; and tuning ends at the first layer whose factors leave [-10, 10].
"""

from collections.abc import Iterator, Sequence
from math import sqrt

import torch
from scipy.sparse.linalg import lsmr
from torch import Tensor, nn
from torch.nn import functional

from netwright.pruning.apply import apply_plan
from netwright.records.pruning import Plan, SitePlan
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.stream import decision_places
from netwright.structure.transformer.walk import Path, paths, through, watched
from peers.labelled import Labelled

LARGEST = 10.0
"""Factors beyond this end the tuning."""


def kwon(model: nn.Module, calibration: Sequence[Labelled], shares: Sequence[float]) -> Iterator[nn.Module]:
    """Yield the model with each share of its neurons removed and the masks of the others tuned."""
    transformer = read_transformer(model)
    gradients = _mask_gradients(transformer, calibration)
    found = paths(transformer, [one.batch for one in calibration])
    for share in shares:
        teacher = apply_plan(model, _plan(transformer, _searched(gradients, sqrt(1 - share))))
        masks = [_rearranged(mask, grads) for mask, grads in zip(_searched(gradients, 1 - share), gradients)]
        student = apply_plan(model, _plan(transformer, masks))
        _tune(read_transformer(teacher), read_transformer(student), found)
        yield student


def _mask_gradients(transformer: Transformer, calibration: Sequence[Labelled]) -> list[Tensor]:
    """Return, a layer, the gradient of each batch's mean loss by each neuron's mask: (neurons, batches)."""
    masks = [torch.ones(site.count, requires_grad=True) for site in transformer.neurons]
    handles = [
        transformer.module(site.reader).register_forward_pre_hook(lambda _, args, mask=mask: (args[0] * mask,))
        for site, mask in zip(transformer.neurons, masks)
    ]
    columns: list[list[Tensor]] = [[] for _ in masks]
    for one in calibration:
        loss = functional.cross_entropy(transformer.model(**one.batch).logits, one.labels)
        for column, gradient in zip(columns, torch.autograd.grad(loss, masks)):
            column.append(gradient)
    for handle in handles:
        handle.remove()
    return [torch.stack(column, dim=1) for column in columns]


def _searched(gradients: Sequence[Tensor], keep: float) -> list[Tensor]:
    """Return, a layer, which neurons stay: those of the largest diagonal Fisher information of all."""
    importance = torch.cat([grads.square().sum(1) for grads in gradients])
    kept = torch.zeros(len(importance), dtype=torch.bool)
    kept[importance.argsort(descending=True)[: round(keep * len(importance))]] = True
    return list(kept.split([len(grads) for grads in gradients]))


def _rearranged(mask: Tensor, gradients: Tensor) -> Tensor:
    """Return the mask after one pass of exchanges that lower |sum of the removed neurons' gradients|^2."""
    gone_count = int((~mask).sum())
    if gone_count in {0, len(mask)}:
        return mask
    order = gradients.square().sum(1).argsort().tolist()
    gone = order[:gone_count]
    for index in order[gone_count:]:
        gone.append(index)
        vectors = gradients[gone]
        left = (vectors.sum(0) - vectors).square().sum(1)
        del gone[int(left.argmin())]
    found = torch.ones_like(mask)
    found[gone] = False
    return found


def _plan(transformer: Transformer, masks: Sequence[Tensor]) -> Plan:
    sites = tuple(
        SitePlan(
            place=site.block,
            layer=site.layer,
            unit="neurons",
            count=site.count,
            kept=tuple(mask.nonzero().flatten().tolist()),
        )
        for site, mask in zip(transformer.neurons, masks)
    )
    name = type(transformer.model).__name__
    return Plan(model=name, fingerprint="", score="mask search", budget="neurons", sites=sites)


def _tune(teacher: Transformer, student: Transformer, found: Sequence[Path]) -> None:
    wanted, states = [path.start for path in found], [path.start for path in found]
    for layer, site in enumerate(student.neurons):
        last = layer == len(student.neurons) - 1
        gram = torch.zeros(site.count, site.count, dtype=torch.float64)
        cross = torch.zeros(site.count, dtype=torch.float64)
        reader = student.module(site.reader)
        weight, bias = weight_of(reader).detach(), bias_of(reader).detach()
        for at, path in enumerate(found):
            with watched(teacher, teacher.neurons[layer]) as theirs:
                wanted[at] = through(teacher, layer, wanted[at], path)
            with watched(student, site) as ours:
                through(student, layer, states[at], path)
            rows = _decisions(path, student) if last else path.real
            taken = ours.taken[rows]
            target = (theirs.written + theirs.residual - ours.residual)[rows] - bias
            gram += (weight.T @ weight) * (taken.T @ taken)
            cross += (taken * (target @ weight)).sum(0)
        factors = torch.from_numpy(lsmr(gram.numpy(), (cross - gram.sum(1)).numpy(), damp=1.0)[0]).float() + 1
        if factors.abs().max() > LARGEST:
            return
        with torch.no_grad():
            weight_of(reader).mul_(factors)
        states = [through(student, layer, x, path) for x, path in zip(states, found)]


def _decisions(path: Path, transformer: Transformer) -> Tensor:
    rows = torch.zeros_like(path.real)
    rows[torch.arange(len(rows)), decision_places(path.real, transformer.adapter.decision)] = True
    return rows
