"""Mending a pruned network in closed form: its readers learn to write what the dense network wrote."""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass

from torch import Tensor, nn

from netwright.machine.progress import Progress, Silent
from netwright.pruning.match import matched, stays_of_layers
from netwright.pruning.regression import Ridge, Sums
from netwright.records.errors import InputError
from netwright.records.pruning import Plan
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.linear_map import bias_of, rewritten, weight_of
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch
from netwright.structure.transformer.walk import Path, paths, through, watched

STANDARD = Ridge()


def repair(
    pruned: nn.Module,
    model: nn.Module,
    plan: Plan,
    batches: Iterable[Batch],
    *,
    ridge: Ridge = STANDARD,
    adapters: Sequence[Adapter] = ADAPTERS,
    progress: Progress | None = None,
) -> nn.Module:
    """Return a pruned model whose readers make up for what is gone; no labels and no gradients are needed.

    From the first block to the last: the reader's weights W' and bias b' minimise

        sum over real tokens |W' a' + b' + r' - (W a + b + r)|^2 + ridge towards [W_S, b]

    with a' and r' what the reader takes and the residual stream holds in the pruned model, blocks before it mended
    already, and W a + b + r what the dense model writes there. So each block also mends what earlier ones left over.

    Args:
        pruned: What `apply_plan` made of the model; it stays as it is.
        model: The dense model.
        plan: What was removed.
        batches: Calibration texts as the model takes them; never those that the result is judged on.
        ridge: How strongly the weights are held to what they were.
        adapters: The architectures to look for.
        progress: Where progress is shown; nowhere if not given.

    Returns:
        A new model of the pruned model's shape.

    Raises:
        InputError: There is no calibration text.
        ModelError: The plan is not that of these two models.

    Source: Hassibi and Stork 1993, "Second order derivatives for network pruning: optimal brain surgeon", for a linear
    map under squared error; Kwon et al. 2022, section 4.3, for mending without training.
    """
    batches = list(batches)
    if not batches:
        raise InputError("found no calibration texts to mend the model with; pass some batches")
    mended = deepcopy(pruned)
    pair = _Pair.of(read_transformer(model, adapters), read_transformer(mended, adapters), plan)
    with evaluation_mode(model), evaluation_mode(mended):
        _mend(pair, batches, ridge, progress or Silent())
    return mended


def _mend(pair: "_Pair", batches: Sequence[Batch], ridge: Ridge, progress: Progress) -> None:
    progress.start(float(len(pair.layers)), "mending")
    try:
        walk = _Walk.begin(pair, batches)
        for layer in range(len(pair.layers)):
            walk.mend(layer, ridge)
            progress.advance(float(layer + 1), f"layer {layer}", None)
    finally:
        progress.stop()


@dataclass(frozen=True, eq=False)
class _Pair:
    """The dense model and the one to mend; block i of the latter is block `layers[i]` of the former."""

    dense: Transformer
    mended: Transformer
    layers: tuple[int, ...]
    sites: tuple[tuple[Site, Tensor], ...]

    @classmethod
    def of(cls, dense: Transformer, mended: Transformer, plan: Plan) -> "_Pair":
        kept = stays_of_layers(plan)
        layers = tuple(range(len(dense.blocks))) if kept is None else tuple(kept.tolist())
        return cls(dense, mended, layers, tuple(matched(dense, plan)))

    def dear(self, layer: int) -> list[tuple[Site, Site]]:
        """Return the sites of a block to mend, as the dense model and the other one have them, in order of use."""
        at = self.layers[layer]
        units = {site.unit for site, _ in self.sites} | {"neurons"}
        found = []
        if "heads" in units:
            found.append((self.dense.heads[at], self.mended.heads[layer]))
        return [*found, (self.dense.neurons[at], self.mended.neurons[layer])]


@dataclass(eq=False)
class _Walk:
    """How far the states of both models have come."""

    pair: _Pair
    paths: list[Path]
    dense: list[Tensor]
    mended: list[Tensor]
    at: int = 0

    @classmethod
    def begin(cls, pair: _Pair, batches: Sequence[Batch]) -> "_Walk":
        found = paths(pair.dense, batches)
        states = [path.start for path in found]
        return cls(pair, found, list(states), list(states))

    def mend(self, layer: int, ridge: Ridge) -> None:
        """Mend the readers of one block, and go on to the next."""
        goal = self.pair.layers[layer]
        for at in range(self.at, goal):
            self.dense = [through(self.pair.dense, at, x, path) for x, path in zip(self.dense, self.paths, strict=True)]
        self.at = goal + 1
        sites = self.pair.dear(layer)
        wanted, self.dense = self._wanted(goal, [dense for dense, _ in sites])
        for (_, site), targets in zip(sites, wanted, strict=True):
            self._mend_site(layer, site, targets, ridge)
        self.mended = [
            through(self.pair.mended, layer, x, path, goal) for x, path in zip(self.mended, self.paths, strict=True)
        ]

    def _wanted(self, layer: int, sites: Sequence[Site]) -> tuple[list[list[Tensor]], list[Tensor]]:
        """Return, a site, what the dense model writes there with the stream it is added to; and the next states."""
        wanted: list[list[Tensor]] = [[] for _ in sites]
        after = []
        for states, path in zip(self.dense, self.paths, strict=True):
            with watched(self.pair.dense, sites[0]) as first, watched(self.pair.dense, sites[-1]) as last:
                after.append(through(self.pair.dense, layer, states, path))
            for targets, seen in zip(wanted, (first, last), strict=False):
                targets.append((seen.written + seen.residual)[path.real])
        return wanted, after

    def _mend_site(self, layer: int, site: Site, targets: Sequence[Tensor], ridge: Ridge) -> None:
        transformer, goal = self.pair.mended, self.pair.layers[layer]
        reader = transformer.module(site.reader)
        sums = Sums(site.count * site.width, len(weight_of(reader)))
        for states, path, target in zip(self.mended, self.paths, targets, strict=True):
            with watched(transformer, site) as seen:
                through(transformer, layer, states, path, goal)
            sums.add(seen.taken[path.real], target - seen.residual[path.real])
        weight, bias = ridge.solve(sums, weight_of(reader), bias_of(reader))
        holder, _, name = site.reader.rpartition(".")
        setattr(transformer.module(holder), name, rewritten(reader, weight, bias))
