"""A slow oracle of symmetries, in float64, that knows nothing of graphs: gradients at random parameters and batches.

It draws parameters and buffers anew for each probe, sets the epsilon of every normalisation to (almost) 0, and looks
for combinations of slices (rows, columns, elements) of parameters on which the gradient always vanishes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from tests.dynamics.nets.net import Net
from torch import Generator, Tensor, nn

TINY = 1e-30
"""The epsilon that takes the place of every normalisation's own."""
ZERO = 1e-12
"""Below this share of the largest, a gradient counts as none."""
RARE = 0.1
"""Share of probes up to which a gradient may be one: after a dying layer, a norm makes some of rounding."""
SPARE = 30
"""Probes beyond the number of slices."""
EPSILONS = ("eps", "layer_norm_epsilon", "variance_epsilon")

Tensors = Mapping[str, Tensor]
Slicing = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class NullSpace:
    """Dimension of a null space, and how clearly it stands out.

    Args:
        dimension: How many independent combinations vanish, without those that vanish for every gradient.
        largest_null: Largest singular value that counts as 0.
        smallest_other: Smallest one that does not.
    """

    dimension: int
    largest_null: float
    smallest_other: float


@dataclass(frozen=True)
class Survey:
    """What combinations of slices never get a gradient.

    Args:
        scales: Of slice-wise <g_i, theta_i>.
        translations: Of slice-wise sums of g.
        null: Parameter -> how many of its entries never get a gradient themselves; they are in none of the others.
    """

    scales: NullSpace
    translations: NullSpace
    null: dict[str, int]


def without_epsilon(model: nn.Module) -> nn.Module:
    """Set the epsilon of every normalisation to almost 0, in place."""
    for module in model.modules():
        for name in EPSILONS:
            if hasattr(module, name):
                setattr(module, name, TINY)
    return model


def randomise(model: nn.Module, generator: Generator) -> None:
    """Draw all parameters from N(0, 1 / fan-in) and all running statistics anew: at 0 and 1 they hide what breaks."""
    for parameter in model.parameters():
        fan_in = max(1, parameter[0].numel()) if parameter.dim() > 1 else 1
        values = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
        parameter.data.copy_(values / fan_in**0.5)
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean"):
            buffer.copy_(torch.randn(buffer.shape, generator=generator, dtype=buffer.dtype))
        elif name.endswith("running_var"):
            buffer.copy_(0.5 + torch.rand(buffer.shape, generator=generator, dtype=buffer.dtype))


def probes(net: Net, count: int, *, epsilon: bool = False) -> Iterator[tuple[nn.Module, Tensors, Tensors]]:
    """Yield (model, parameters, gradients) at random parameters and batches; with the true epsilons on request."""
    generator = Generator().manual_seed(0)
    model = net.model().double()
    if not epsilon:
        without_epsilon(model)
    for _ in range(count):
        randomise(model, generator)
        inputs = net.inputs(generator)
        inputs = inputs.double() if inputs.is_floating_point() else inputs
        model.zero_grad()
        net.value(model(inputs), generator).backward()
        values = {name: p.detach() for name, p in model.named_parameters()}
        gradients = {name: torch.zeros_like(p) if p.grad is None else p.grad for name, p in model.named_parameters()}
        yield model, values, gradients


def residual(net: Net, direction: Callable[[Tensors], Tensors], count: int = 5, *, epsilon: bool = False) -> float:
    """Return the largest |<g, v>| / (|g| |v|) over random parameters and batches, norms over what v moves.

    Args:
        net: The network.
        direction: The generator: parameters -> v, by name; a parameter that is missing stays.
        count: Probes.
        epsilon: Whether normalisations keep their epsilons.
    """
    worst = 0.0
    for _, values, gradients in probes(net, count, epsilon=epsilon):
        v = direction(values)
        along = sum((gradients[name] * part).sum() for name, part in v.items())
        g_norm = torch.stack([gradients[name].norm() for name in v]).norm()
        v_norm = torch.stack([part.norm() for part in v.values()]).norm()
        worst = max(worst, float(abs(along) / (g_norm * v_norm)))
    return worst


def slicings(net: Net) -> dict[str, tuple[list[Slicing], int]]:
    """Return how each parameter is cut, and how many relations between its cuts hold for any gradient.

    A matrix or kernel is cut into rows and into columns, whose sums are equal: one relation. A grouped kernel is cut
    into (group, output) and (group, input): one relation a group. Vectors are cut into elements.
    """
    model = net.model()
    cuts: dict[str, tuple[list[Slicing], int]] = {}
    grouped = {name: m.groups for name, m in model.named_modules() if isinstance(m, nn.modules.conv._ConvNd)}
    for name, parameter in model.named_parameters():
        groups = net.blocks.get(name, grouped.get(name.rpartition(".")[0], 1))
        if parameter.dim() > 1:
            view = (groups, parameter.shape[0] // groups, parameter.shape[1], -1)
            cuts[name] = ([_summed(view, (2, 3)), _summed(view, (1, 3))], groups)
        else:
            cuts[name] = ([_summed((1, -1, 1, 1), (2, 3))], 0)
    return cuts


def survey(net: Net, zero: float = 1e-9) -> Survey:
    """Look for all symmetries that multiply slices by constants, or add constants to them.

    Args:
        net: The network.
        zero: Singular values below count as none; models that turn to float32 inside need more than the others.
    """
    cuts = slicings(net)
    parameters = net.model().named_parameters()
    width = sum(cut(values.detach()).numel() for name, values in parameters for cut in cuts[name][0])
    products, sums, reach = ([], []), ([], []), {}
    for _, values, gradients in probes(net, width + SPARE):
        largest = max(g.norm() for g in gradients.values())
        for name, g in gradients.items():
            reach[name] = reach.get(name, 0) + (g.abs() > ZERO * largest)
        pairs = [(cut, values[name], gradients[name] / largest) for name in cuts for cut in cuts[name][0]]
        sizes = [cut(g**2).sqrt() for cut, _, g in pairs]
        products[0].append(torch.cat([cut(g * v) for cut, v, g in pairs]))
        products[1].append(torch.cat([size * cut(v**2).sqrt() for size, (cut, v, _) in zip(sizes, pairs, strict=True)]))
        sums[0].append(torch.cat([cut(g) for cut, _, g in pairs]))
        sums[1].append(
            torch.cat([s * cut(torch.ones_like(v)).sqrt() for s, (cut, v, _) in zip(sizes, pairs, strict=True)])
        )
    trivial = sum(relations for _, relations in cuts.values())
    null = {name: int((times <= RARE * (width + SPARE)).sum()) for name, times in reach.items()}
    return Survey(
        _null_space(*products, zero, trivial), _null_space(*sums, zero, trivial), {k: n for k, n in null.items() if n}
    )


def mixtures(net: Net, factors: Callable[[Tensors], tuple[Tensor, Tensor]], count: int = 40) -> NullSpace:
    """Return all X with <g_A, X A> = <g_C, X^T C> on every batch: the symmetries A -> e^X A, C -> e^-X^T C.

    Args:
        net: The network.
        factors: Takes A (d, *) and C (d, *) out of parameters, and likewise out of gradients.
        count: Probes; more than d^2.
    """
    rows = []
    for _, values, gradients in probes(net, count):
        (a, c), (g_a, g_c) = factors(values), factors(gradients)
        typical = (g_a.norm() * a.norm() + g_c.norm() * c.norm()).clamp_min(TINY)
        rows.append(((g_a @ a.T - c @ g_c.T) / typical).flatten())
    return _small(torch.stack(rows))


def _summed(view: tuple[int, ...], over: tuple[int, ...]) -> Slicing:
    return lambda values: values.reshape(view).sum(over).flatten()


def _null_space(readings: list[Tensor], norms: list[Tensor], zero: float, trivial: int) -> NullSpace:
    # slices without a gradient would be noise over noise
    alive = (torch.stack(norms) > ZERO).double().mean(0) > RARE
    typical = torch.stack(norms)[:, alive].square().mean(0).sqrt()
    return _small(torch.stack(readings)[:, alive] / typical, zero, trivial)


def _small(table: Tensor, zero: float = 1e-9, trivial: int = 0) -> NullSpace:
    singular = torch.linalg.svdvals(table) / table.shape[0] ** 0.5
    small = singular < zero
    return NullSpace(
        int(small.sum()) - trivial,
        float(singular[small].max()) if small.any() else 0.0,
        float(singular[~small].min()) if (~small).any() else 1.0,
    )
