"""What each part of a network delivers to the decision: shares of the deciding token's last state that sum to 1."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from netwright.anatomy.decision_states import BEFORE, DecisionStates, decision_states
from netwright.anatomy.held_norm import HeldNorm, held_norm
from netwright.records.anatomy import Delivery, Target
from netwright.records.errors import ModelError
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.adapter import Adapter
from netwright.structure.transformer.catalog import ADAPTERS
from netwright.structure.transformer.read import Transformer, read_transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch

STRONGEST = 20
UNEXPLAINED = 0.05
"""Largest |error| of a decomposition: beyond it, the stream holds something that is no known part."""


@dataclass(eq=False)
class Shares:
    """Share of every part in h_L, for every input: <r_p, h_L> / |h_L|^2, float64.

    Args:
        embedding: (N,).
        heads: A tensor a layer, (N, heads).
        neurons: A tensor a layer, (N, neurons): a_j <w_j, h_L> / |h_L|^2.
        head_biases: A tensor a layer, (N,): the bias of the map that reads the heads.
        neuron_biases: A tensor a layer, (N,): the bias of the map that reads the neurons.
        norms: (N,), the shifts of all normalisations in the stream.
    """

    embedding: Tensor
    heads: list[Tensor] = field(default_factory=list)
    neurons: list[Tensor] = field(default_factory=list)
    head_biases: list[Tensor] = field(default_factory=list)
    neuron_biases: list[Tensor] = field(default_factory=list)
    norms: Tensor = field(default_factory=lambda: torch.zeros(()))

    @property
    def error(self) -> Tensor:
        """1 minus the sum of all shares, (N,)."""
        wide = [part.sum(1) for part in (*self.heads, *self.neurons)]
        return 1 - sum([*wide, *self.head_biases, *self.neuron_biases], self.embedding + self.norms)


def deliveries(
    model: nn.Module,
    batches: Iterable[Batch],
    *,
    target: Target = BEFORE,
    strongest: int = STRONGEST,
    adapters: Sequence[Adapter] = ADAPTERS,
) -> tuple[Delivery, ...]:
    """Return what the embedding, every head and every neuron deliver to the decision of each input.

    The state of the deciding token is a sum, h_L = sum over parts of r_p, and the share of a part is
    <r_p, h_L> / |h_L|^2; shares sum to 1. In a pre-norm model r_p is what the part writes: a_j w_j for a neuron,
    W_O z for a head. In a post-norm model it then passes every later normalisation, which is linear with its scale
    held (`HeldNorm`), and the shifts beta are parts of their own. A share says where h_L comes from; it does not say
    what would happen without the part, since all later parts would change too.

    Args:
        model: Any module with a known transformer inside; it stays as it is.
        batches: Keyword arguments of the model.
        target: Before the last normalisation h_L is the plain sum; after it, parts pass that normalisation too.
        strongest: How many neurons to name.
        adapters: The architectures to look for.

    Returns:
        One entry an input.

    Raises:
        ModelError: No transformer is found, or its stream holds more than embeddings, attention and feed-forward
            networks.

    >>> from transformers import GPT2Config, GPT2Model
    >>> model = GPT2Model(GPT2Config(n_embd=8, n_layer=2, n_head=2, vocab_size=9)).double()
    >>> one = deliveries(model, [{"input_ids": torch.tensor([[1, 2, 3]])}])[0]
    >>> parts = one.embedding + sum(one.attention) + sum(one.neurons) + sum(one.biases) + one.norms
    >>> round(parts, 12), abs(one.error) < 1e-12
    (1.0, True)
    """
    transformer = read_transformer(model, adapters)
    shares = delivered_shares(transformer, batches, target)
    return tuple(_delivery(shares, probe, target, strongest) for probe in range(len(shares.embedding)))


def delivered_shares(transformer: Transformer, batches: Iterable[Batch], target: Target = BEFORE) -> Shares:
    """Return the share of every head and neuron in the decision of each input, as tensors.

    Args:
        transformer: The model.
        batches: Keyword arguments of the model.
        target: Which h_L is taken apart.

    Returns:
        The shares.

    Raises:
        ModelError: The shares do not sum to 1 within `UNEXPLAINED`.
    """
    sites = [site for pair in zip(transformer.heads, transformer.neurons, strict=True) for site in pair]
    norms = _norms_in_stream(transformer, target)
    seen = decision_states(transformer, batches, [*(site.reader for site in sites), *norms])
    held = {path: held_norm(path, transformer.module(path), seen.read[path]) for path in norms}
    shares = _taken_apart(transformer, seen, held, seen.target(target))
    worst = float(shares.error.abs().max())
    if worst > UNEXPLAINED:
        raise ModelError(
            f"{type(transformer.model).__name__} (read as {transformer.adapter.name}) has {worst:.1%} of its last "
            "state from no known part: something else writes into its stream, or scales what is written; describe it "
            "with an Adapter of its own, or leave deliveries out"
        )
    return shares


def _taken_apart(transformer: Transformer, seen: DecisionStates, held: dict[str, HeldNorm], target: Tensor) -> Shares:
    """Return the shares, from the last part back to the first.

    What is carried back is u with <u, r> = <what becomes of r by the end, h_L> / |h_L|^2 for all r in the stream there.
    """
    covector = target / target.square().sum(1, keepdim=True)
    shares = Shares(covector.new_zeros(0), norms=covector.new_zeros(len(covector)))

    def back_through(path: str, covector: Tensor) -> Tensor:
        if path not in held:
            return covector
        shares.norms = shares.norms + covector @ held[path].shift
        return held[path].pull(covector)

    covector = back_through(transformer.final_norm, covector)
    for layer in reversed(range(len(transformer.blocks))):
        for site, units, biases in (
            (transformer.neurons[layer], shares.neurons, shares.neuron_biases),
            (transformer.heads[layer], shares.heads, shares.head_biases),
        ):
            covector = back_through(_norm_after(transformer, site), covector)
            reader = transformer.module(site.reader)
            units.insert(0, _unit_shares(site, reader, seen.read[site.reader], covector))
            biases.insert(0, _bias_share(reader, covector))
    shares.embedding = (seen.states[0] * covector).sum(1)
    return shares


def _unit_shares(site: Site, reader: nn.Module, taken: Tensor, covector: Tensor) -> Tensor:
    """Return sum over the inputs j of each unit of a_j <w_j, u>, (N, units)."""
    each = taken * (covector @ weight_of(reader).detach().to(covector))
    return each.reshape(len(each), site.count, site.width).sum(2)


def _bias_share(reader: nn.Module, covector: Tensor) -> Tensor:
    bias = bias_of(reader)
    return covector.new_zeros(len(covector)) if bias is None else covector @ bias.detach().to(covector)


def _norms_in_stream(transformer: Transformer, target: Target) -> list[str]:
    sites = (*transformer.heads, *transformer.neurons)
    last = [transformer.final_norm] if transformer.final_norm and target != BEFORE else []
    return [path for path in (_norm_after(transformer, site) for site in sites) if path] + last


def _norm_after(transformer: Transformer, site: Site) -> str:
    """Return the path of the normalisation that the stream passes once a site has written; empty in pre-norm models."""
    adapter = transformer.adapter
    if adapter.norms == "pre":
        return ""
    return f"{site.block}.{adapter.attention_norm if site.unit == 'heads' else adapter.feed_forward_norm}"


def _delivery(shares: Shares, probe: int, target: Target, strongest: int) -> Delivery:
    heads = [part[probe].tolist() for part in shares.heads]
    biases = [float(part[probe]) for part in shares.head_biases]
    return Delivery(
        probe=probe,
        target=target,
        embedding=float(shares.embedding[probe]),
        attention=tuple(sum(units) + bias for units, bias in zip(heads, biases, strict=True)),
        heads=tuple(map(tuple, heads)),
        neurons=tuple(float(part[probe].sum()) for part in shares.neurons),
        biases=tuple(float(part[probe]) for part in shares.neuron_biases),
        norms=float(shares.norms[probe]),
        error=float(shares.error[probe]),
        strongest=tuple(_strongest([part[probe] for part in shares.neurons], strongest)),
    )


def _strongest(layers: Sequence[Tensor], count: int) -> Iterator[tuple[int, int, float]]:
    places = [(layer, neuron) for layer, part in enumerate(layers) for neuron in range(len(part))]
    every = torch.cat(list(layers))
    for at in every.abs().argsort(descending=True, stable=True)[:count].tolist():
        yield (*places[at], float(every[at]))
