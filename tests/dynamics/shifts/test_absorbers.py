"""Heads, normalisations and attention as whole networks: what is absorbed, and what is in the way."""

import pytest
import torch
from tests.dynamics.shifts.confirm import confirmed
from torch import nn
from torch.nn import functional

CLASSES = torch.tensor([0, 2, 1, 2])


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
            self.fc, self.second = nn.Linear(6, 6), second
            self.x = torch.randn(5, 6, dtype=torch.float64)

        def forward(self):
            once = functional.layer_norm(self.fc(self.x), (6,))
            again = self.fc(once.tanh())
            return (self.second(again) * torch.arange(30.0).reshape(5, 6)).tanh().sum()

    halves = Twice(lambda y: functional.layer_norm(y.reshape(5, 2, 3), (3,)).reshape(5, 6))
    assert confirmed(halves, halves)[0] == {("translation", ("fc.weight", "fc.bias")): 7}
    plain = Twice(lambda y: y)
    found, absent = confirmed(plain, plain)
    assert found == {}
    assert "tied" in absent[0].reason


class Itself(nn.Module):
    """Attention whose queries, keys and values are the same."""

    def forward(self, x):
        return functional.scaled_dot_product_attention(x, x, x)


def test_keys_that_are_queries_too_may_not_shift():
    model = Chain((2, 3, 4), nn.Linear(4, 5), Itself())
    assert confirmed(model, model)[0] == {}
    values = Chain((2, 3, 4), nn.Linear(4, 5), Itself(), nn.LayerNorm(5), nn.Linear(5, 2))
    assert confirmed(values, values)[0] == {}


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
    turn = torch.linspace(0, 1, 5, dtype=torch.float64)[:, None]

    def partly_turned(k):
        return torch.cat([k[..., :1] * turn, k[..., 1:]], -1)

    for scores, count in (
        (lambda q, k: q @ k.transpose(-2, -1) / 3**0.5, 6),
        (lambda q, k: (q @ k.mT * 0.5).masked_fill(mask, -torch.inf), 6),
        (lambda q, k: torch.where(mask, torch.finfo(torch.float32).min, q @ k.mT), 6),
        (lambda q, k: torch.einsum("bhid,bhjd->bhij", q, k), 6),
        (lambda q, k: q @ partly_turned(k).mT, 4),
    ):
        model = Attention(scores)
        assert confirmed(model, model)[0] == {("null", ("packed.bias",)): count}
