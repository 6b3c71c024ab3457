"""Shares of the last state: the identity, and what each part writes, told by running the model without it."""

from contextlib import contextmanager

import pytest
import torch

from netwright.anatomy.contribution import delivered_shares, deliveries
from netwright.anatomy.decision_states import AFTER, BEFORE, decision_states
from netwright.records.errors import ModelError
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.read import read_transformer

TARGETS = (BEFORE, AFTER)


def _norm_paths(found):
    adapter = found.adapter
    inside = [
        f"{block}.{path}" for block in found.blocks for path in (adapter.attention_norm, adapter.feed_forward_norm)
    ]
    return [*inside, *([found.final_norm] if found.final_norm else [])]


def _held(module, entered):
    """Return what a norm makes of x with its scale as it was: the textbook formula, for all tokens."""
    weight, bias = module.weight.detach(), getattr(module, "bias", None)
    centre = (lambda x: x) if bias is None else (lambda x: x - x.mean(-1, keepdim=True))
    epsilon = module.variance_epsilon if bias is None else module.eps
    sigma = (centre(entered).pow(2).mean(-1, keepdim=True) + epsilon).sqrt()
    shift = 0 if bias is None else bias.detach()
    return lambda x: weight * centre(x) / sigma + shift


def _passes(found, batch, paths):
    """Return what modules take and make of a batch, by path."""
    kept = {}

    def watch(path):
        def note(_, args, made):
            kept[path] = (args[0].detach(), made.detach())

        return found.module(path).register_forward_hook(note)

    handles = [watch(path) for path in paths]
    with torch.no_grad():
        found.model(**batch)
    for handle in handles:
        handle.remove()
    return kept


@contextmanager
def _frozen(found, batch, change):
    """Keep every reader's output and every norm's scale as they are for a batch, but for one change.

    `change` has paths of readers (or "embedding"), each with a function of what it writes, (N, T, d).
    """

    def put(path, make):
        return found.module(path).register_forward_hook(lambda _, args, __: make(args[0]))

    readers = [site.reader for site in (*found.heads, *found.neurons)]
    handles = []
    for path, (taken, made) in _passes(found, batch, [*readers, *_norm_paths(found)]).items():
        if path in readers:
            written = change[path](made) if path in change else made
            handles.append(put(path, lambda _, written=written: written))
        else:
            handles.append(put(path, _held(found.module(path), taken)))
    if "embedding" in change:
        first = found.module(found.blocks[0])
        handles.append(first.register_forward_pre_hook(lambda _, args: (change["embedding"](args[0]), *args[1:])))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _told_by_removal(found, batch, change, target):
    """Return (h_L - h_L without the part) . h_L / |h_L|^2."""
    whole = decision_states(found, [batch]).target(target)
    with _frozen(found, batch, change):
        without = decision_states(found, [batch]).target(target)
    return ((whole - without) * whole).sum(1) / whole.square().sum(1)


def _rounding(model, target):
    # transformers' Llama normalises in float32, whatever its weights are
    return 1e-6 if "Llama" in type(model).__name__ and target == AFTER else 1e-12


@pytest.mark.parametrize("target", TARGETS)
def test_shares_sum_to_1(transformer, batches, target):
    shares = delivered_shares(read_transformer(transformer), batches, target)
    assert shares.error.abs().max() < _rounding(transformer, target)
    assert shares.embedding.shape == (4,)


def _parts(found, batch):
    """Yield some parts: where they write, what they write (N, T, d), and where their share stands."""
    for layer in (0, 2):
        for name, site in (("neurons", found.neurons[layer]), ("heads", found.heads[layer])):
            reader = found.module(site.reader)
            taken, weight = _passes(found, batch, [site.reader])[site.reader][0], weight_of(reader).detach()
            for unit in (0, site.count - 1):
                own = site.inputs(torch.tensor([unit]))
                written = taken[..., own] @ weight[:, own].T
                yield site.reader, written, lambda shares, n=name, at=layer, u=unit: getattr(shares, n)[at][:, u]
            if bias_of(reader) is not None:
                biases = "neuron_biases" if name == "neurons" else "head_biases"
                yield site.reader, bias_of(reader).detach(), lambda shares, n=biases, at=layer: getattr(shares, n)[at]
    entering = _passes(found, batch, [found.blocks[0]])[found.blocks[0]][0]
    yield "embedding", entering, lambda shares: shares.embedding


@pytest.mark.parametrize("target", TARGETS)
def test_each_share_is_what_goes_with_its_part(transformer, make_batch, target):
    found, batch = read_transformer(transformer), make_batch()
    shares = delivered_shares(found, [batch], target)
    rounding = _rounding(transformer, target)
    for place, written, share_in in _parts(found, batch):
        told = _told_by_removal(found, batch, {place: lambda made, written=written: made - written}, target)
        torch.testing.assert_close(share_in(shares), told, rtol=0, atol=rounding)


@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_pre_norm_neuron_delivers_its_activation_times_its_projection(build_transformer, make_batch, family):
    found, batch = read_transformer(build_transformer(family)), make_batch((5,))
    shares = delivered_shares(found, [batch])
    last = decision_states(found, [batch]).target(BEFORE)[0]
    for layer, site in enumerate(found.neurons):
        taken = _passes(found, batch, [site.reader])[site.reader][0][0, -1]
        weight = weight_of(found.module(site.reader)).detach()
        expected = [float(taken[j] * (weight[:, j] @ last) / (last @ last)) for j in range(24)]
        torch.testing.assert_close(shares.neurons[layer][0], torch.tensor(expected, dtype=torch.float64))
    assert shares.norms.tolist() == [0.0]


def test_the_record_holds_the_same_and_names_the_strongest(transformer, batches):
    found = read_transformer(transformer)
    shares = delivered_shares(found, batches)
    told = deliveries(transformer, batches, strongest=7)
    assert [one.probe for one in told] == [0, 1, 2, 3]
    for probe, one in enumerate(told):
        total = one.embedding + sum(one.attention) + sum(one.neurons) + sum(one.biases) + one.norms
        assert total == pytest.approx(1 - one.error, abs=1e-12)
        for layer in range(3):
            assert one.heads[layer] == tuple(shares.heads[layer][probe].tolist())
            assert one.neurons[layer] == pytest.approx(float(shares.neurons[layer][probe].sum()))
        every = [
            (layer, j, share) for layer in range(3) for j, share in enumerate(shares.neurons[layer][probe].tolist())
        ]
        assert list(one.strongest) == sorted(every, key=lambda entry: -abs(entry[2]))[:7]
        assert len(one.table()[1]) == 5


@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_single_precision_costs_rounding_alone(build_transformer, batches, family):
    told = deliveries(build_transformer(family, torch.float32), batches)
    assert 0 < max(abs(one.error) for one in told) < 1e-5
    exact = deliveries(build_transformer(family), batches)
    for rough, fine in zip(told, exact, strict=True):
        assert rough.neurons == pytest.approx(fine.neurons, abs=1e-4)


def test_a_stream_with_more_in_it_is_not_taken_apart(build_transformer, batches):
    model = build_transformer("gpt2")
    model.transformer.h[1].register_forward_hook(lambda _, __, made: made * 1.5)
    with pytest.raises(ModelError, match="from no known part"):
        deliveries(model, batches)
