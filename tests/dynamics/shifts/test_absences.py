"""The reasons given where a shift might be expected."""

import pytest
import torch
from tests.dynamics.nets import NETS
from torch import nn
from torch.nn import functional

from netwright.dynamics.shifts.propose import propose_shifts
from netwright.structure.record import record

BY_NAME = {net.name: net for net in NETS}


@pytest.mark.parametrize(
    ("name", "kind", "place", "reason"),
    [
        ("batch norm in evaluation", "null", "0", "running means"),
        ("group norm", "translation", "0", "moves every position by its own amount"),
        ("RMS norm", "translation", "0", "subtracts no mean"),
        ("own RMS norm", "translation", "0", "subtracts no mean"),
        ("z-loss", "translation", "2", "cross-entropy absorbs it, but logsumexp reads the same values"),
        ("sigmoid head", "translation", "2", "sees every output by itself"),
        ("regression head", "translation", "2", "sees every output by itself"),
        ("tied embedding", "translation", "embedding.weight", "tied: embedding uses it as well"),
        ("attention, rotary", "null", "key", "rotary embedding"),
    ],
)
def test_what_is_in_the_way(name, kind, place, reason):
    net = BY_NAME[name]
    model, generator = net.model(), torch.Generator().manual_seed(0)
    inputs = net.inputs(generator)
    absent = propose_shifts(record(model, lambda: net.value(model(inputs), generator), inputs)).absent
    found = [entry for entry in absent if entry.kind == kind and entry.place == place]
    assert len(found) == 1
    assert reason in found[0].reason


def absent_of(model, x):
    classes = torch.arange(len(x)) % 3
    tape = record(model, lambda: functional.cross_entropy(model(x).reshape(len(x), -1), classes), x)
    return [(entry.kind, entry.place, entry.reason) for entry in propose_shifts(tape).absent]


def test_dropout_and_weight_norm_before_the_classes():
    x = torch.randn(6, 4)
    dropping = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))
    assert absent_of(dropping, x) == [("translation", "0", "active dropout before cross-entropy")]
    assert absent_of(dropping.eval(), x) == []
    ((kind, _, reason),) = absent_of(nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 3))), x)
    assert (kind, "weight_norm" in reason) == ("translation", True)


def test_equal_reasons_are_told_once():
    norms = nn.Sequential(*[nn.Sequential(nn.Linear(4, 4), nn.RMSNorm(4)) for _ in range(3)], nn.Linear(4, 3))
    assert absent_of(norms, torch.randn(6, 4)) == [("translation", "0.0 and 2 more", "RMSNorm subtracts no mean")]


def test_a_tied_head_keeps_what_its_embedding_absorbs_too():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.table = nn.Embedding(3, 4)

        def forward(self, x):
            return functional.layer_norm(self.table(x), (4,)) @ self.table.weight.T

    class Head(Tied):
        def forward(self, x):
            return functional.linear(functional.layer_norm(self.table(x), (4,)), self.table.weight)

    classes = torch.arange(3)
    for model in (Tied(), Head()):
        tape = record(model, lambda m=model: functional.cross_entropy(m(classes), classes), ())
        found = propose_shifts(tape)
        assert [family.symmetry.count for family in found.families] == [1]
    (entry,) = found.absent
    assert entry.reason == "the weight is tied: embedding table uses it as well; of 4 charges 1 is left"


def test_a_network_without_any_has_reasons_and_no_error():
    x = torch.randn(5, 3)
    model = nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 2))
    found = propose_shifts(record(model, lambda: model(x).sigmoid().sum(), x))
    assert found.families == ()
    squared = x.square()
    empty = propose_shifts(record(model, squared.sum, x))
    assert (empty.families, empty.absent) == ((), ())
