"""Proposed shifts against counts by hand, and against gradients at random parameters."""

from collections import Counter

import numpy as np
import pytest
import torch
from tests.dynamics.nets import NETS, Net
from tests.dynamics.nets.large import PreNormTransformer, Sizes, pre_norm_families
from tests.dynamics.nets.truth import probes, randomise
from torch import nn
from torch.nn import functional

from netwright.dynamics.shifts.propose import propose_shifts
from netwright.structure.record import record

KINDS = ("translation", "null")
CLASSES = torch.tensor([0, 2, 1, 2])


def residual(families, gradients):
    """Return the largest |<g, v>| / (|g| |v|) over all charges, |g| over all parameters."""
    whole = torch.stack([g.norm() for g in gradients.values()]).norm().item()
    worst = 0.0
    for family in families:
        elements = [np.full(s.count, np.prod(s.view) / s.count) for s in family.slicings]
        lengths = np.sqrt(family.weights.power(2) @ np.concatenate(elements))
        worst = max(worst, float((np.abs(family.along(gradients)) / lengths).max()) / whole)
    return worst


def counts(families):
    found = Counter()
    for family in families:
        found[family.symmetry.kind] += family.symmetry.count
    return dict(found)


def independent(families):
    """Return how many charges of translations are linearly independent."""
    names = sorted({s.parameter for f in families for s in f.slicings})
    sizes = {s.parameter: int(np.prod(s.view)) for f in families for s in f.slicings}
    vectors = []
    for family in families:
        units = []
        for s in family.slicings:
            ids = torch.arange(s.count).reshape([n if d in s.keep else 1 for d, n in enumerate(s.view)]).expand(s.view)
            units.append((s.parameter, functional.one_hot(ids.reshape(-1), s.count).double().T.numpy()))
        width, rows = 0, []
        for name, unit in units:
            part = family.weights[:, width : width + len(unit)] @ unit
            rows.append(np.hstack([part if other == name else np.zeros((len(part), sizes[other])) for other in names]))
            width += len(unit)
        vectors.append(sum(rows))
    return int(np.linalg.matrix_rank(np.vstack(vectors))) if vectors else 0


def shifts_of(model, loss):
    return propose_shifts(record(model, loss, ()))


def confirmed(model, loss):
    """Propose for a model and check every charge at random parameters; return the families and the absences."""
    model.double()
    found = shifts_of(model, loss)
    generator = torch.Generator().manual_seed(3)
    for _ in range(3):
        randomise(model, generator)
        model.zero_grad()
        loss().backward()
        assert residual(found.families, {name: p.grad for name, p in model.named_parameters()}) <= 1e-12
    assert independent(found.families) == sum(counts(found.families).values())
    return {(f.symmetry.kind, f.symmetry.parameters): f.symmetry.count for f in found.families}, found.absent


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
    found, _ = confirmed(
        model, lambda: functional.cross_entropy(model(tokens), torch.arange(24).reshape(-1)[: len(model(tokens))] % 3)
    )
    expected = pre_norm_families(sizes)
    for kind in KINDS:
        assert sum(n for (k, _), n in found.items() if k == kind) == sum(e.count for e in expected if e.kind == kind)


class Head(nn.Module):
    def __init__(self, loss):
        super().__init__()
        self.fc, self.loss = nn.Linear(5, 3), loss
        self.x = torch.randn(4, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def forward(self):
        return self.loss(self.fc(self.x))


HEAD = {("translation", ("fc.weight", "fc.bias")): 6}
WEIGHTS = torch.tensor([0.2, 1.0, 3.0], dtype=torch.float64)


@pytest.mark.parametrize(
    ("loss", "expected", "reason"),
    [
        (lambda y: functional.cross_entropy(y, CLASSES, WEIGHTS, label_smoothing=0.1), HEAD, ""),
        (lambda y: functional.cross_entropy(y, torch.tensor([0, -100, 1, 2])), HEAD, ""),
        (lambda y: functional.cross_entropy(y.reshape(2, 2, 3).permute(0, 2, 1), CLASSES.reshape(2, 2)), HEAD, ""),
        (lambda y: functional.nll_loss((y / 0.7).log_softmax(-1), CLASSES), HEAD, ""),
        (lambda y: -(y - y.logsumexp(1, keepdim=True))[range(4), CLASSES].sum(), HEAD, ""),
        (lambda y: functional.cross_entropy(y, CLASSES) + y.logsumexp(1).square().mean(), {}, "logsumexp reads"),
        (lambda y: functional.cross_entropy(functional.dropout(y, 0.5), CLASSES), {}, "active dropout before"),
        (lambda y: functional.cross_entropy(functional.dropout(y, 0.5, training=False), CLASSES), HEAD, ""),
        (lambda y: functional.cross_entropy(y * WEIGHTS, CLASSES), {}, "factors that differ"),
        (lambda y: functional.binary_cross_entropy_with_logits(y, torch.ones_like(y)), {}, "every output by itself"),
        (lambda y: functional.mse_loss(y, torch.ones_like(y)), {}, "every output by itself"),
    ],
)  # fmt: skip
def test_heads(loss, expected, reason):
    torch.manual_seed(0)
    found, absent = confirmed(head := Head(loss), lambda: (torch.manual_seed(0), head())[1])
    assert found == expected
    assert reason in "".join(entry.reason for entry in absent)
    assert bool(reason) == bool(absent)


class Chain(nn.Module):
    """Layers under a loss that sees every output."""

    def __init__(self, shape, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.x = torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))

    def forward(self):
        return self.layers(self.x).tanh().square().sum()


class HandNorm(nn.Module):
    """A layer normalisation in plain operations."""

    def forward(self, x):
        mean = x.mean(-1, keepdim=True)
        return (x - mean) / ((x - mean).pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()


def named(kind, count, *parameters):
    return (kind, tuple(f"layers.{name}" for name in parameters)), count


IMAGES = (3, 2, 6, 6)


@pytest.mark.parametrize(
    ("chain", "expected"),
    [
        # one channel at a time, through a pool, through a convolution without padding, not through one with it
        (lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.MaxPool2d(2), nn.BatchNorm2d(4)), [("null", 4, "0.bias")]),
        (lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.AvgPool2d(2), nn.BatchNorm2d(4)), [("null", 4, "0.bias")]),
        (
            lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.Conv2d(4, 3, 3), nn.BatchNorm2d(3)),
            [("null", 4, "0.bias"), ("null", 3, "1.bias")],
        ),
        (
            lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.Conv2d(4, 3, 3, padding=1), nn.BatchNorm2d(3)),
            [("null", 3, "1.bias")],
        ),
        (
            lambda: Chain(IMAGES, nn.BatchNorm2d(2), nn.Conv2d(2, 3, 1, bias=False), nn.BatchNorm2d(3)),
            [("null", 2, "0.bias")],
        ),
        (lambda: Chain(IMAGES, nn.ConvTranspose2d(2, 4, 2), nn.BatchNorm2d(4)), [("null", 4, "0.bias")]),
        (lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4).eval()), []),
        (lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.GroupNorm(2, 4)), [("translation", 2, "0.bias")]),
        (lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.InstanceNorm2d(4)), [("null", 4, "0.bias")]),
        # kernels of one position may shift alike across channels only where the norm looks at one position
        (
            lambda: Chain(IMAGES, nn.Conv2d(2, 4, 6), nn.Flatten(), nn.LayerNorm(4)),
            [("translation", 73, "0.weight", "0.bias")],
        ),
        (
            lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(4)),
            [("translation", 19, "0.weight", "0.bias")],
        ),
        (
            lambda: Chain(IMAGES, nn.Conv2d(2, 4, 3), nn.AvgPool2d(4), nn.GroupNorm(2, 4)),
            [("translation", 38, "0.weight", "0.bias")],
        ),
        (lambda: Chain((4, 5), nn.Linear(5, 6), HandNorm()), [("translation", 6, "0.weight", "0.bias")]),
        (lambda: Chain((4, 5), nn.Linear(5, 6), nn.RMSNorm(6)), []),
        (lambda: Chain((4, 5), nn.Linear(5, 6), nn.LayerNorm(6)), [("translation", 6, "0.weight", "0.bias")]),
        (
            lambda: Chain((4, 5), nn.utils.parametrizations.weight_norm(nn.Linear(5, 6)), nn.LayerNorm(6)),
            [("translation", 1, "0.bias")],
        ),
    ],
)
def test_normalisations(chain, expected):
    model = chain()
    found, _ = confirmed(model, model)
    assert found == dict(named(*entry) for entry in expected)


def test_a_shift_that_two_uses_absorb_is_that_of_both():
    class Twice(nn.Module):
        """One layer before a norm of its output and, again, of the halves of its output."""

        def __init__(self, second):
            super().__init__()
            self.fc, self.second = nn.Linear(4, 4), second
            self.x = torch.randn(5, 4, dtype=torch.float64)

        def forward(self):
            once = functional.layer_norm(self.fc(self.x), (4,))
            again = self.fc(once.tanh())
            return (self.second(again) * torch.arange(20.0).reshape(5, 4)).square().sum()

    halves = Twice(lambda y: functional.layer_norm(y.reshape(5, 2, 2), (2,)).reshape(5, 4))
    assert confirmed(halves, halves)[0] == {("translation", ("fc.weight", "fc.bias")): 5}
    plain = Twice(lambda y: y)
    found, absent = confirmed(plain, plain)
    assert found == {}
    assert "tied" in absent[0].reason


class Summed(nn.Module):
    """Two things added, then read."""

    def __init__(self, one, other, read):
        super().__init__()
        self.one, self.other, self.read = one, other, read
        self.x = torch.randn(4, 5, dtype=torch.float64)

    def forward(self):
        return self.read(self.one(self.x) * 3 - self.other(self.x)).tanh().square().sum()


def test_what_one_bias_gains_the_other_may_lose():
    pair = nn.Linear(5, 4), nn.Linear(5, 4)
    plain = Summed(*pair, torch.sigmoid)
    assert confirmed(plain, plain)[0] == {("translation", ("one.bias", "other.bias")): 4}
    # all channels of either may shift alike already: one exchange is a sum of those
    normed = Summed(*pair, lambda y: functional.layer_norm(y, (4,)))
    assert confirmed(normed, normed)[0] == {
        ("translation", ("one.weight", "one.bias")): 6,
        ("translation", ("other.weight", "other.bias")): 6,
        ("translation", ("one.bias", "other.bias")): 3,
    }
    null = Summed(*pair, lambda y: functional.batch_norm(y, None, None, training=True))
    assert confirmed(null, null)[0] == {("null", ("one.bias",)): 4, ("null", ("other.bias",)): 4}


def test_keys_in_attention_by_hand_fused_and_by_einsum():
    class Attention(nn.Module):
        def __init__(self, scores):
            super().__init__()
            self.packed, self.scores = nn.Linear(6, 18), scores
            self.x = torch.randn(2, 5, 6, dtype=torch.float64)

        def forward(self):
            query, key, value = (
                part.reshape(2, 5, 2, 3).transpose(1, 2) for part in self.packed(self.x).split(6, dim=-1)
            )
            return (self.scores(query, key).softmax(-1) @ value).square().sum()

    mask = torch.ones(5, 5).tril() == 0
    for scores in (
        lambda q, k: q @ k.transpose(-2, -1) / 3**0.5,
        lambda q, k: (q @ k.mT * 0.5).masked_fill(mask, -torch.inf),
        lambda q, k: torch.where(mask, torch.finfo(torch.float32).min, q @ k.mT),
        lambda q, k: torch.einsum("bhid,bhjd->bhij", q, k),
    ):
        model = Attention(scores)
        assert confirmed(model, model)[0] == {("null", ("packed.bias",)): 6}


@pytest.mark.parametrize("training", [False, True])
def test_the_language_models_of_the_library(training):
    models = pytest.importorskip("tests.dynamics.nets.language_models")
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
