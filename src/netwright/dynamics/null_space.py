"""Symmetries found by numbers alone, where a graph cannot be followed: the null space of readings of slices."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Generator, Tensor, nn
from torch.utils._pytree import tree_map

from netwright.dynamics.family import Floats
from netwright.dynamics.loss import Loss, softmax_cross_entropy
from netwright.dynamics.slice_family import SliceFamily, slice_products, slice_sums
from netwright.dynamics.slicing import Slicing
from netwright.records.errors import ModelError
from netwright.records.symmetry import Symmetry, SymmetryKind
from netwright.structure.call import Example, call

MOST = 2000
"""Most slices: the singular values of (slices + SPARE, slices) numbers are needed, and as many gradients."""
SPARE = 20
"""Batches beyond the number of slices."""
SMALL, GAP = 1e-6, 1e3
"""A singular value is none below SMALL of the largest, GAP times below the one before it."""
ROUND = 1e-6
"""How far a weight may be from 0 or from a whole number to be taken for it."""
EPSILONS, TINY = ("eps", "epsilon", "variance_epsilon"), 1e-20
"""What normalisations call the number that they add to a variance, and what it is here instead."""


@dataclass(frozen=True)
class NullSpace:
    """Combinations of slices that no gradient moves.

    Args:
        families: Proposals with a sparse basis, one a kind and set of parameters.
        singular_values: Of the readings, columns of norm 1, the largest 1; descending.
        trivial: Relations that hold for any gradient: the sum over a matrix by rows is that by columns.
    """

    families: tuple[SliceFamily, ...]
    singular_values: Floats
    trivial: int

    @property
    def dimension(self) -> int:
        """How many independent combinations there are, without the trivial ones."""
        return sum(family.symmetry.count for family in self.families)


@dataclass(frozen=True)
class NullSpaces:
    """What numbers alone find: rescalings of slices (scale and rescale), and shifts of slices (translation)."""

    scales: NullSpace
    translations: NullSpace


def slice_null_space(
    model: nn.Module,
    example: Example,
    *,
    loss: Loss = softmax_cross_entropy,
    parameters: Collection[str] | None = None,
    probes: int | None = None,
    seed: int = 0,
) -> NullSpaces:
    """Return the combinations of slices of parameters that no gradient moves, at random parameters and batches.

    A slice is a row or a column of a matrix or kernel, or an entry of a vector. With slices s, a scale or rescale
    symmetry is a d with sum_s d_s <g_s, theta_s> = 0 on every batch, a translation an a with sum_s a_s sum(g_s) = 0: the
    null space of as many such readings as there are slices, and a few more. Slices without any gradient are left out.
    Epsilons of normalisations are 0 meanwhile: a scale by one of them is found, and holds up to its epsilon. The model
    runs in float64, and is as it was afterwards.

    Args:
        model: Any module whose forward is differentiable; code that no tracer sees is welcome.
        example: A batch; others like it are drawn: real tensors anew with its mean and deviation, tokens permuted.
        loss: Of what the model returns.
        parameters: Names of those to look at; all that train where none are given.
        probes: How many batches; the number of slices + 20 where none is given.
        seed: Of what is drawn.

    Returns:
        Both null spaces.

    Raises:
        ModelError: There are too many slices, or nothing to look at, or gradients are not finite.

    >>> net = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    >>> found = slice_null_space(net, torch.randn(8, 3))
    >>> found.scales.dimension, found.translations.dimension
    (4, 5)
    """
    trained = {name: p for name, p in model.named_parameters() if p.requires_grad}
    trained = {name: p for name, p in trained.items() if parameters is None or name in parameters}
    cuts = tuple(cut for name, parameter in trained.items() for cut in _cuts(name, parameter))
    _refuse(model, cuts)
    count = sum(cut.count for cut in cuts) + SPARE if probes is None else probes
    products, sums = [], []
    with _borrowed(model):
        for values, gradients in _draws(model, trained, example, loss, (count, seed)):
            products.append(slice_products(cuts, values, gradients))
            sums.append(slice_sums(cuts, gradients))
    return NullSpaces(_null_space(cuts, np.stack(products), moves=False), _null_space(cuts, np.stack(sums), moves=True))


def _cuts(name: str, parameter: Tensor) -> Iterator[Slicing]:
    shape = tuple(parameter.shape)
    if len(shape) < 2:
        yield Slicing(name, (prod(shape),), (0,))
    else:
        yield Slicing(name, (shape[0], prod(shape[1:])), (0,))
        yield Slicing(name, (shape[0], shape[1], prod(shape[2:])), (1,))


def _refuse(model: nn.Module, cuts: tuple[Slicing, ...]) -> None:
    if not cuts:
        raise ModelError(f"{type(model).__name__} has no parameter that trains among those to look at; name others")
    count, largest = sum(cut.count for cut in cuts), max(cuts, key=lambda cut: cut.count)
    if count > MOST:
        message = (
            f"{type(model).__name__} has {count} slices, {largest.count} of them in {largest.parameter}: numbers alone "
            f"find symmetries among at most {MOST}; look at fewer parameters at a time"
        )
        raise ModelError(message)


@contextmanager
def _borrowed(model: nn.Module) -> Iterator[None]:
    """Lend the model in float64, with epsilons of 0; give parameters, buffers and epsilons back as they were."""
    tensors = [*model.parameters(), *model.buffers()]
    held = [tensor.data for tensor in tensors]
    epsilons = [(module, name, module.__dict__[name]) for module in model.modules() for name in _epsilons(module)]
    try:
        for tensor in tensors:
            tensor.data = tensor.data.double() if tensor.is_floating_point() else tensor.data.clone()
        for module, name, _ in epsilons:
            setattr(module, name, TINY)
        with torch.random.fork_rng():
            yield
    finally:
        for tensor, data in zip(tensors, held, strict=True):
            tensor.data = data
        for module, name, value in epsilons:
            setattr(module, name, value)


def _epsilons(module: nn.Module) -> list[str]:
    return [name for name in EPSILONS if isinstance(module.__dict__.get(name), float)]


def _draws(
    model: nn.Module, trained: dict[str, nn.Parameter], example: Example, loss: Loss, amount: tuple[int, int]
) -> Iterator[tuple[dict[str, Tensor], dict[str, Tensor]]]:
    """Yield parameters and gradients at random parameters and batches."""
    count, seed = amount
    generator = Generator().manual_seed(seed)
    torch.manual_seed(seed)
    start = {name: parameter.data for name, parameter in model.named_parameters()}
    held = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    for _ in range(count):
        for name, parameter in model.named_parameters():
            parameter.data = _near(start[name], generator)
        for buffer, value in held:
            buffer.data = value.clone()
        drawn: Any = tree_map(lambda leaf: _like(leaf, generator) if isinstance(leaf, Tensor) else leaf, example)
        with torch.enable_grad():
            number = loss(call(model, drawn))
            found = torch.autograd.grad(number, list(trained.values()), allow_unused=True)
        gradients = {name: g for name, g in zip(trained, found, strict=True) if g is not None}
        if not all(bool(g.isfinite().all()) for g in gradients.values()):
            raise ModelError(f"a gradient of {type(model).__name__} at random parameters is not finite; scale the example")
        yield {name: parameter.data for name, parameter in trained.items()}, gradients


def _near(values: Tensor, generator: Generator) -> Tensor:
    """Return random values of the size of a parameter's: of its root mean square, or of 1 / sqrt(fan-in) if that is 0."""
    size = values.square().mean().sqrt() if values.numel() else values.new_zeros(())
    fan_in = prod(values.shape[1:])
    size = size if size > 0 else values.new_tensor(fan_in**-0.5)
    noise = torch.randn(values.shape, generator=generator, dtype=torch.float64).to(values.device)
    return 0.5 * values + size * noise


def _like(tensor: Tensor, generator: Generator) -> Tensor:
    """Return a random tensor like one of the example: the same mean and deviation, or the same tokens permuted."""
    if tensor.is_floating_point():
        deviation = tensor.double().std(correction=0) if tensor.numel() > 1 else tensor.new_tensor(1.0).double()
        noise = torch.randn(tensor.shape, generator=generator, dtype=torch.float64).to(tensor.device)
        return tensor.double().mean() + (deviation if deviation > 0 else 1.0) * noise
    if tensor.dtype == torch.bool or tensor.is_complex():
        return tensor
    order = torch.randperm(tensor.numel(), generator=generator).to(tensor.device)
    return tensor.flatten()[order].reshape(tensor.shape)


def _null_space(cuts: tuple[Slicing, ...], readings: Floats, *, moves: bool) -> NullSpace:
    """Return the null space of readings (probes, slices), as families over the slices."""
    readings = readings / np.maximum(np.abs(readings).max(axis=1, keepdims=True), np.finfo(float).tiny)
    sizes = np.linalg.norm(readings, axis=0)
    alive = sizes > SMALL**2 * sizes.max(initial=0.0)
    trivial = _trivial(cuts, alive)
    if not alive.any():
        return NullSpace((), np.zeros(0), 0)
    _, values, right = np.linalg.svd(readings[:, alive] / sizes[alive], full_matrices=False)
    values = values / values[0]
    basis = np.zeros((_zeros(values), len(sizes)))
    basis[:, alive] = right[len(values) - len(basis) :] / sizes[alive]
    basis = _sparse(basis, trivial)
    return NullSpace(_families(cuts, basis, moves=moves), values, len(trivial))


def _zeros(values: Floats) -> int:
    """Return how many singular values are none: those beyond the widest gap that ends below SMALL."""
    floored = np.maximum(values, np.finfo(float).eps / 10)
    gaps = np.where(floored[1:] < SMALL, floored[:-1] / floored[1:], 0.0)
    return len(values) - 1 - int(gaps.argmax()) if gaps.max(initial=0.0) > GAP else 0


def _trivial(cuts: tuple[Slicing, ...], alive: np.ndarray[Any, np.dtype[np.bool_]]) -> Floats:
    """Return the relations rows - columns of matrices, over slices: (matrices, slices)."""
    starts = np.cumsum([0, *(cut.count for cut in cuts)])
    found = []
    for at, cut in enumerate(cuts[:-1]):
        if cut.parameter == cuts[at + 1].parameter:
            relation = np.zeros(len(alive))
            relation[starts[at] : starts[at + 1]], relation[starts[at + 1] : starts[at + 2]] = 1, -1
            if (alive & (relation != 0)).any():
                found.append(np.where(alive, relation, 0.0))
    return np.array(found).reshape(-1, len(alive))
