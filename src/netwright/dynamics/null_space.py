"""Symmetries found by numbers alone, where a graph cannot be followed: the null space of readings of slices."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf, prod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import linalg, sparse
from torch import Generator, Tensor, nn
from torch.utils._pytree import tree_map

from netwright.dynamics.family import Floats
from netwright.dynamics.loss import Loss, softmax_cross_entropy
from netwright.dynamics.slice_family import SliceFamily, slice_products, slice_sums
from netwright.dynamics.slicing import Slicing
from netwright.records.errors import ModelError
from netwright.records.symmetry import Symmetry, SymmetryKind
from netwright.structure.call import Example, call

MOST, SPARE = 2000, 20
"""Most slices: their singular values are needed, and a gradient for each of them, and SPARE more."""
SMALL, GAP = 1e-6, 1e3
"""A singular value is none below SMALL of the largest, GAP times below the one before it."""
ZERO, ROUND = 1e-10, 1e-6
"""A reading is none below ZERO of what it could be, a weight is a whole number within ROUND of it."""
Cuts = tuple[Slicing, ...]
Name = Callable[[Floats], SymmetryKind]
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
    """What numbers alone find: slices rescaled (scale and rescale), and slices shifted (translation)."""

    scales: NullSpace
    translations: NullSpace


def slice_null_space(
    model: nn.Module,
    example: Example,
    *,
    loss: Loss | None = None,
    parameters: Collection[str] | None = None,
    seed: int = 0,
) -> NullSpaces:
    """Return the combinations of slices of parameters that no gradient moves, at random parameters and batches.

    A slice is a row or a column of a matrix or kernel, or an entry of a vector. A scale or rescale symmetry is a d with
    sum_s d_s <g_s, theta_s> = 0 on every batch, a translation an a with sum_s a_s sum(g_s) = 0: the null space of more
    such readings than slices. Slices whose gradient is always 0 are left out; those whose reading alone is 0 are
    symmetries by themselves. Epsilons of normalisations are 0 meanwhile: a scale by one holds up to its epsilon. The
    model runs in float64, and is as it was afterwards.

    Args:
        model: Any differentiable module, also of code that no tracer sees.
        example: A batch; others are drawn with its mean and deviation, tokens permuted.
        loss: Of what the model returns; softmax cross-entropy where none is given.
        parameters: Names of those to look at; all that train where none are given.
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
    looked_at = [(name, p) for name, p in model.named_parameters() if parameters is None or name in parameters]
    trained = {name: parameter for name, parameter in looked_at if parameter.requires_grad}
    cuts = tuple(cut for name, parameter in trained.items() for cut in _cuts(name, parameter))
    _refuse(model, cuts)
    ones = {name: torch.ones_like(parameter) for name, parameter in trained.items()}
    read: list[list[Floats]] = [[], [], [], []]
    with _borrowed(model):
        for values, gradients in _draws(model, trained, example, loss or softmax_cross_entropy, seed):
            sizes = np.sqrt(slice_products(cuts, gradients, gradients))
            read[0].append(slice_products(cuts, values, gradients))
            read[1].append(sizes * np.sqrt(slice_products(cuts, values, values)))
            read[2].append(slice_sums(cuts, gradients))
            read[3].append(sizes * np.sqrt(slice_products(cuts, ones, ones)))
    products, could, sums, could_sum = map(np.stack, read)
    scales = _null_space(cuts, products, could, lambda row: "rescale" if row.min() < 0 < row.max() else "scale")
    return NullSpaces(scales, _null_space(cuts, sums, could_sum, lambda _: "translation"))


def _cuts(name: str, parameter: Tensor) -> Iterator[Slicing]:
    shape = tuple(parameter.shape)
    if len(shape) < 2:
        yield Slicing(name, (prod(shape),), (0,))
    else:
        yield Slicing(name, (shape[0], prod(shape[1:])), (0,))
        yield Slicing(name, (shape[0], shape[1], prod(shape[2:])), (1,))


def _refuse(model: nn.Module, cuts: Cuts) -> None:
    name, count = type(model).__name__, sum(cut.count for cut in cuts)
    if not count:
        raise ModelError(f"{name} has no parameter that trains among those to look at; name others")
    if count > MOST:
        largest = max(cuts, key=lambda cut: cut.count)
        found = f"{name} has {count} slices, {largest.count} of them in {largest.parameter}"
        raise ModelError(f"{found}; numbers alone tell at most {MOST} apart: look at fewer parameters at a time")


@contextmanager
def _borrowed(model: nn.Module) -> Iterator[None]:
    """Lend the model in float64, with epsilons of 0; give parameters, buffers and epsilons back as they were."""
    tensors = [*model.parameters(), *model.buffers()]
    held = [tensor.data for tensor in tensors]
    named = ((module, name, module.__dict__.get(name)) for module in model.modules() for name in EPSILONS)
    epsilons = [(module, name, value) for module, name, value in named if isinstance(value, float)]
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


def _draws(
    model: nn.Module, trained: dict[str, nn.Parameter], example: Example, loss: Loss, seed: int
) -> Iterator[tuple[dict[str, Tensor], dict[str, Tensor]]]:
    """Yield parameters and gradients at random parameters and batches."""
    generator = Generator().manual_seed(seed)
    torch.manual_seed(seed)
    start = {name: parameter.data for name, parameter in model.named_parameters()}
    held = [(name, buffer, buffer.detach().clone()) for name, buffer in model.named_buffers()]
    for _ in range(sum(cut.count for name in trained for cut in _cuts(name, trained[name])) + SPARE):
        for name, parameter in model.named_parameters():
            parameter.data = _near(start[name], generator)
        for name, buffer, value in held:
            # running means of 0 and variances of 1, as before any training, hide what they break
            away = 0.3 * _noise(value, generator) if name.endswith(("running_mean", "running_var")) else None
            buffer.data = value.clone() if away is None else (value + away).abs()
        drawn: Any = tree_map(lambda leaf: _like(leaf, generator) if isinstance(leaf, Tensor) else leaf, example)
        with torch.enable_grad():
            found = torch.autograd.grad(loss(call(model, drawn)), list(trained.values()), allow_unused=True)
        gradients = {name: g for name, g in zip(trained, found, strict=True) if g is not None}
        sizes = [float(gradient.norm()) for gradient in gradients.values()]
        if not 0 < sum(sizes) < inf:
            raise ModelError(f"gradients of {type(model).__name__} at random parameters are {sizes}; scale the example")
        yield {name: parameter.data for name, parameter in trained.items()}, gradients


def _near(values: Tensor, generator: Generator) -> Tensor:
    """Return random values of a parameter's size: of its root mean square, or 1 / sqrt(fan-in) where that is 0."""
    size = float(values.square().mean().sqrt()) or prod(values.shape[1:]) ** -0.5
    return 0.5 * values + size * _noise(values, generator)


def _like(tensor: Tensor, generator: Generator) -> Tensor:
    """Return a random tensor like one of the example: the same mean and deviation, or the same tokens permuted."""
    if tensor.is_floating_point():
        deviation = tensor.double().std(correction=0)
        return tensor.double().mean() + (deviation if deviation > 0 else 1.0) * _noise(tensor, generator)
    if tensor.dtype == torch.bool or tensor.is_complex():
        return tensor
    order = torch.randperm(tensor.numel(), generator=generator).to(tensor.device)
    return tensor.flatten()[order].reshape(tensor.shape)


def _noise(like: Tensor, generator: Generator) -> Tensor:
    return torch.randn(like.shape, generator=generator, dtype=torch.float64).to(like.device)


def _null_space(cuts: Cuts, readings: Floats, sizes: Floats, named: Name) -> NullSpace:
    """Return the null space of readings, given how large each could be, both (probes, slices)."""
    largest = sizes.max(axis=1, keepdims=True)
    readings, typical = readings / largest, (sizes / largest).max(axis=0)
    none = np.abs(readings).max(axis=0) <= ZERO * typical
    alive, alone = (typical > ZERO) & ~none, (typical > ZERO) & none
    relations, norms = _relations(cuts, typical > ZERO), np.linalg.norm(readings[:, alive], axis=0)
    trivial = np.where(alive, relations, 0.0)[(relations * alive).any(axis=1)]
    alone[[np.flatnonzero(relation)[-1] for relation in relations if not (relation * alive).any()]] = False
    values, basis = np.zeros(0), np.zeros((0, len(alive)))
    if alive.any():
        _, values, right = np.linalg.svd(readings[:, alive] / norms, full_matrices=False)
        values = values / values[0]
        basis = np.zeros((_zeros(values), len(alive)))
        basis[:, alive] = right[len(values) - len(basis) :] / norms
    basis = np.concatenate([np.eye(len(alive))[alone], _sparse(basis, trivial)])
    return NullSpace(_families(cuts, basis, named), values, len(relations))


def _zeros(values: Floats) -> int:
    """Return how many singular values are none: those beyond the widest gap that ends below SMALL."""
    floored = np.maximum(values, np.finfo(float).eps / 10)
    gaps = np.where(floored[1:] < SMALL, floored[:-1] / floored[1:], 0.0)
    return len(values) - 1 - int(gaps.argmax()) if gaps.max(initial=0.0) > GAP else 0


def _relations(cuts: Cuts, seen: NDArray[np.bool_]) -> Floats:
    """Return the relations rows - columns of matrices, over slices that have gradients: (matrices, slices)."""
    starts = np.cumsum([0, *(cut.count for cut in cuts)])
    found = np.zeros((len(cuts), len(seen)))
    for at, cut in enumerate(cuts[:-1]):
        if cut.parameter == cuts[at + 1].parameter:
            found[at, starts[at] : starts[at + 1]], found[at, starts[at + 1] : starts[at + 2]] = 1, -1
    return (found * seen)[(found * seen).any(axis=1)]


def _sparse(basis: Floats, trivial: Floats) -> Floats:
    """Return vectors that span, with the trivial relations, what a basis spans: with few entries, whole if can be."""
    if not len(basis):
        return basis
    others = np.linalg.svd(basis, full_matrices=False)[2]
    for relation in trivial:
        others = others - np.outer(others @ relation / (relation @ relation), relation)
    for relation in trivial:
        used = np.flatnonzero(relation)
        pivot = used[np.square(others[:, used]).sum(axis=0).argmin()]
        basis = basis - np.outer(basis[:, pivot] / relation[pivot], relation)
    rows = _reduced(basis, len(basis) - len(trivial))
    before = rows.size + 1
    while np.count_nonzero(rows) < before:
        before = int(np.count_nonzero(rows))
        for at in range(len(rows)):
            for other in (*np.delete(rows, at, axis=0), *trivial):
                rows[at] = _shortened(rows[at], other)
            rows[at] /= rows[at][np.flatnonzero(rows[at])[0]]
    return rows[np.argsort((rows != 0).argmax(axis=1), kind="stable")]


def _reduced(basis: Floats, rank: int) -> Floats:
    """Return vectors of this rank as ones that each have a slice to themselves."""
    rows = np.linalg.svd(basis, full_matrices=False)[2][:rank]
    own = linalg.qr(rows, mode="r", pivoting=True)[1][:rank]
    return _rounded(np.linalg.solve(rows[:, own], rows))


def _shortened(row: Floats, other: Floats) -> Floats:
    """Return a vector with the multiple of another subtracted that leaves it fewer entries; the same if none does."""
    shared = (other != 0) & (row != 0)
    if not shared.any():
        return row
    ratios, times = np.unique((row[shared] / other[shared]).round(6), return_counts=True)
    shorter = _rounded(row - ratios[times.argmax()] * other)
    return shorter if 0 < np.count_nonzero(shorter) < np.count_nonzero(row) else row


def _rounded(rows: Floats) -> Floats:
    return np.where(np.abs(rows - rows.round()) < ROUND, rows.round(), rows)


def _families(cuts: Cuts, basis: Floats, named: Name) -> tuple[SliceFamily, ...]:
    """Return vectors over slices as families: one a kind and set of parameters."""
    starts = np.cumsum([0, *(cut.count for cut in cuts)])
    gathered: dict[tuple[SymmetryKind, tuple[int, ...]], list[Floats]] = defaultdict(list)
    for row in basis:
        used = tuple(at for at in range(len(cuts)) if row[starts[at] : starts[at + 1]].any())
        gathered[named(row), used].append(row)
    found = []
    for (kind, used), rows in gathered.items():
        names = tuple(dict.fromkeys(cuts[at].parameter for at in used))
        place = ", ".join(dict.fromkeys(name.rpartition(".")[0] or name for name in names))
        weights = np.stack(rows)[:, np.concatenate([np.arange(*starts[at : at + 2]) for at in used])]
        symmetry = Symmetry(kind=kind, place=f"{place}: found by numbers alone", parameters=names, count=len(rows))
        found.append(SliceFamily(symmetry, tuple(cuts[at] for at in used), sparse.csr_array(weights)))
    return tuple(found)
