"""Proposed shifts against counts by hand, and against gradients at random parameters."""

from importlib import import_module

import pytest
import torch
from tests.dynamics.nets import NETS, Net
from tests.dynamics.nets.large import PreNormTransformer, Sizes, pre_norm_families
from tests.dynamics.nets.truth import probes
from tests.dynamics.shifts.confirm import confirmed, counts, residual
from torch.nn import functional

from netwright.dynamics.shifts.propose import propose_shifts
from netwright.structure.record import record

KINDS = ("translation", "null")


@pytest.mark.parametrize("net", NETS, ids=[net.name for net in NETS])
def test_small_networks_have_the_shifts_counted_by_hand_and_no_others(net: Net):
    model = net.model()
    generator = torch.Generator().manual_seed(0)
    inputs = net.inputs(generator)
    found = propose_shifts(record(model, lambda: net.value(model(inputs), generator), inputs))
    assert counts(found.families) == {kind: net.count(kind) for kind in KINDS if net.count(kind)}
    for _, _, gradients in probes(net, 2, epsilon=True):
        assert residual(found.families, gradients) <= 1e-12


def test_a_pre_norm_transformer_and_its_embeddings():
    sizes = Sizes(layers=2, width=8, heads=2, hidden=10, vocabulary=12, positions=6)
    model, tokens = PreNormTransformer(sizes), torch.randint(12, (4, 6))
    found, _ = confirmed(model, lambda: functional.cross_entropy(model(tokens), torch.arange(24) % 12))
    expected = pre_norm_families(sizes)
    for kind in KINDS:
        assert sum(n for (k, _), n in found.items() if k == kind) == sum(e.count for e in expected if e.kind == kind)


@pytest.mark.parametrize("training", [False, True])
def test_the_language_models_of_the_library(training):
    pytest.importorskip("transformers")
    models = import_module("tests.dynamics.nets.pretrained_forms")
    sizes = Sizes(layers=2, width=8, heads=2, hidden=10, vocabulary=12, positions=6)
    tokens = models.tokens_for(sizes)
    for make, families in (
        (models.bert, models.bert_families),
        (models.gpt2, models.gpt2_families),
        (models.llama, models.llama_families),
    ):
        model = make(sizes).train(training)

        def loss(model=model):
            logits = model(input_ids=tokens).logits.flatten(0, -2)
            return functional.cross_entropy(logits, torch.arange(len(logits)) % logits.shape[1])

        found, _ = confirmed(model, loss)
        for kind in KINDS:
            expected = sum(e.count for e in families(sizes) if e.kind == kind)
            assert sum(n for (k, _), n in found.items() if k == kind) == expected
