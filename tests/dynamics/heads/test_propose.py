"""General linear symmetries: every generator, symmetric or not, has <g, v> = 0; what breaks them is named."""

from collections.abc import Callable, Mapping

import pytest
import torch
from tests.dynamics.nets import NETS, Net
from torch import Tensor, nn
from torch.nn import functional

from netwright.dynamics.head_family import HeadFamily
from netwright.dynamics.heads.propose import propose_heads
from netwright.dynamics.loss import softmax_cross_entropy
from netwright.dynamics.proposals import Proposals
from netwright.structure.call import Example, call
from netwright.structure.record import record

EXACT = 1e-13
X = torch.randn(3, 5, 12, generator=torch.Generator().manual_seed(0))


def _proposed(model: nn.Module, example: Example) -> Proposals:
    return propose_heads(record(model, lambda: softmax_cross_entropy(call(model, example)), example))


def _gradients(model: nn.Module, example: Example) -> tuple[Mapping[str, Tensor], Mapping[str, Tensor]]:
    """Return random parameters, and the loss's gradients there, in float64."""
    model.double()
    generator = torch.Generator().manual_seed(1)
    for parameter in model.parameters():
        parameter.data = 0.4 * torch.randn(parameter.shape, generator=generator, dtype=torch.float64)
    model.zero_grad()
    torch.manual_seed(2)
    softmax_cross_entropy(call(model, example)).backward()
    values = dict(model.named_parameters())
    return values, {name: parameter.grad for name, parameter in values.items() if parameter.grad is not None}


def _worst(model: nn.Module, example: Example, families: tuple[HeadFamily, ...]) -> float:
    """Return the largest |<g, v>| / (|g| |v|) over heads and random X: v = X A of producers, -X^T A of consumers."""
    values, gradients = _gradients(model, example)
    generator = torch.Generator().manual_seed(3)
    worst = 0.0
    for family in families:
        for head in family.heads:
            for _ in range(3):
                x = torch.randn(family.width, family.width, generator=generator, dtype=torch.float64)
                along, sizes = 0.0, torch.zeros(2, dtype=torch.float64)
                for factor in head:
                    a = factor.matrix(values[factor.parameter], family.width)
                    g = factor.matrix(gradients[factor.parameter], family.width)
                    v = x @ a if factor.sign > 0 else -x.T @ a
                    along += float((g * v).sum())
                    sizes += torch.stack([g.square().sum(), v.square().sum()])
                worst = max(worst, abs(along) / float(sizes.prod().sqrt()))
    return worst


def _double(example: Example) -> Example:
    return example.double() if isinstance(example, Tensor) and example.is_floating_point() else example


def _checked(model: nn.Module, example: Example) -> dict[str, int]:
    """Return the count of each place, after all its families have passed."""
    found = _proposed(model, example)
    assert _worst(model, _double(example), found.families) < EXACT
    return {family.symmetry.place: family.symmetry.count for family in found.families}


class Hand(nn.Module):
    """Attention by hand, 12 wide, 3 heads: what the steps are enters.

    Args:
        scores: Of queries and keys (N, heads, T, 4).
        mix: Of weights and values.
        touch: What happens to queries before.
        drop: Dropout of attention weights.
    """

    def __init__(
        self,
        scores: Callable[[Tensor, Tensor], Tensor] = lambda q, k: q @ k.transpose(-1, -2) / 2,
        mix: Callable[[Tensor, Tensor], Tensor] = lambda weights, v: weights @ v,
        touch: Callable[[Tensor], Tensor] = lambda q: q,
        drop: float = 0.0,
    ) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(12, 12) for _ in range(4))
        self.scores, self.mix, self.touch, self.drop = scores, mix, touch, drop

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (part(x).view(*x.shape[:2], 3, 4).permute(0, 2, 1, 3) for part in (self.q, self.k, self.v))
        scores = self.scores(self.touch(q), k)
        scores = scores.masked_fill(torch.ones(5, 5).tril() == 0, float("-inf"))
        weights = functional.dropout(scores.softmax(-1), self.drop, self.training)
        return self.o(self.mix(weights, v).permute(0, 2, 1, 3).reshape(x.shape))


BOTH = {"q -> k, 3 heads": 30, "v -> o, 3 heads": 30}


@pytest.mark.parametrize(
    "attention",
    [
        Hand(),
        Hand(drop=0.5),
        Hand(touch=lambda q: 0.5 * q),
        Hand(mix=lambda weights, v: weights @ v + v),
        Hand(touch=lambda q: q * torch.linspace(1, 2, 5)[:, None]),
        Hand(lambda q, k: torch.einsum("bhqd,bhkd->bhqk", q, k), lambda w, v: torch.einsum("bhqk,bhkd->bhqd", w, v)),
        Hand(lambda q, k: torch.bmm(q.reshape(-1, 5, 4), k.reshape(-1, 5, 4).mT).view(3, 3, 5, 5)),
    ],
    ids=["matmul", "dropout of weights", "scaled", "skip", "scaled by position", "einsum", "bmm"],
)
def test_attention_by_hand_in_every_spelling(attention):
    assert _checked(attention, X) == BOTH


@pytest.mark.parametrize(
    ("attention", "missing", "reason"),
    [
        (Hand(touch=lambda q: functional.dropout(q, 0.5)), "q -> k", "dropout"),
        (Hand(touch=lambda q: q * torch.linspace(1, 2, 4)), "q -> k", "matmul"),
        (Hand(touch=torch.tanh), "q -> k", "tanh"),
        (Hand(touch=lambda q: functional.normalize(q, dim=-1)), "q -> k", "normalisation"),
        (Hand(lambda q, k: q @ k.mT + q.square().sum(-1, keepdim=True)), "q -> k", "square"),
        (Hand(mix=lambda weights, v: (weights @ v).relu()), "v -> o", "relu"),
        (Hand(mix=lambda weights, v: weights @ v + 1), "v -> o", "add"),
    ],
    ids=[
        "dropout of queries",
        "scaled by coordinate",
        "tanh",
        "normalised",
        "another reader",
        "no linear map",
        "shift",
    ],
)
def test_what_breaks_attention_is_named(attention, missing, reason):
    found = _proposed(attention, X)
    kept = {place: count for place, count in BOTH.items() if not place.startswith(missing)}
    assert {family.symmetry.place: family.symmetry.count for family in found.families} == kept
    (absence,) = found.absent
    assert absence.place == missing
    assert reason in absence.reason


@pytest.mark.parametrize("net", [net for net in NETS if net.count("general linear")], ids=lambda net: net.name)
def test_the_zoo_has_what_was_counted_by_hand(net: Net):
    model, inputs = net.model(), net.inputs()
    found = _proposed(model, inputs)
    wanted = [(family.count, set(family.parameters)) for family in net.expected if family.kind == "general linear"]
    got = [(family.symmetry.count, set(family.symmetry.parameters)) for family in found.families]
    assert sorted(got, key=str) == sorted(wanted, key=str)
    assert _worst(model, _double(inputs), found.families) < EXACT


@pytest.mark.parametrize("net", [net for net in NETS if not net.count("general linear")], ids=lambda net: net.name)
def test_the_zoo_has_no_false_ones(net: Net):
    assert not _proposed(net.model(), net.inputs()).families


def test_linear_maps_that_follow_one_another():
    deep = nn.Sequential(nn.Linear(12, 3), nn.Linear(3, 4, bias=False), nn.Dropout(0.0), nn.Linear(4, 6))
    assert _checked(deep, X) == {"0 -> 1": 6, "1 -> 3": 10}
    images = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.Conv2d(3, 4, 3, padding=1, stride=2), nn.ReLU())
    assert _checked(images, torch.randn(2, 2, 6, 6)) == {"0 -> 1": 6}
    words = nn.Sequential(nn.Embedding(7, 3), nn.Linear(3, 7))
    assert _checked(words, torch.randint(7, (2, 5))) == {"0 -> 1": 6}


def test_low_rank_adaptation():
    class Adapted(nn.Linear):
        def __init__(self) -> None:
            super().__init__(12, 6)
            self.a, self.b = nn.Linear(12, 2, bias=False), nn.Linear(2, 6, bias=False)

        def forward(self, x: Tensor) -> Tensor:
            return super().forward(x) + 4 * self.b(self.a(x))

    assert _checked(Adapted(), X) == {"a -> b": 3}


def test_a_layer_used_twice_keeps_its_symmetry_and_weights_on_both_sides_do_not():
    class Twice(nn.Module):
        def __init__(self, first: nn.Module, second: nn.Module) -> None:
            super().__init__()
            self.first, self.second = first, second

        def forward(self, x: Tensor) -> Tensor:
            return self.second(self.first(self.second(self.first(x)).tanh()))

    assert _checked(Twice(nn.Linear(12, 3), nn.Linear(3, 12)), X) == {"first -> second": 6}
    own, reader = nn.Linear(12, 12, bias=False), nn.Linear(12, 12, bias=False)
    reader.weight = own.weight
    assert not _proposed(nn.Sequential(own, reader), X).families
    found = _proposed(Hand(scores=lambda q, k: q @ q.mT + 0 * k.sum()), X)
    assert [family.symmetry.place for family in found.families] == ["v -> o, 3 heads"]
    (absence,) = found.absent
    assert "only rotations remain" in absence.reason


def test_values_that_are_keys_too_share_one_matrix():
    class Shared(Hand):
        def forward(self, x: Tensor) -> Tensor:
            q, k = (part(x).view(*x.shape[:2], 3, 4).transpose(1, 2) for part in (self.q, self.k))
            mixed = functional.scaled_dot_product_attention(q, k, k)
            return self.o(mixed.transpose(1, 2).reshape(x.shape))

    found = _proposed(Shared(), X)
    (family,) = found.families
    assert family.symmetry.count == 30
    assert set(family.symmetry.parameters) == {"q.weight", "q.bias", "k.weight", "k.bias", "o.weight"}
    assert _worst(Shared(), _double(X), found.families) < EXACT


@pytest.mark.parametrize(
    "options",
    [{}, {"dropout": 0.5}, {"kdim": 12, "vdim": 12}, {"bias": False}, {"batch_first": True}],
    ids=["plain", "dropout of weights", "separate weights", "no bias", "batch first"],
)
def test_torch_attention(options):
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(12, 3, **options)

        def forward(self, x: Tensor) -> Tensor:
            return self.attention(x, x, x)[0]

    assert _checked(Own(), X) == {f"attention: {place}": count for place, count in BOTH.items()}


@pytest.mark.parametrize("spread", ["expand", "repeat_interleave", "enable_gqa"])
def test_heads_that_share_keys_share_one_matrix(spread):
    class Grouped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.q, self.o = nn.Linear(12, 16), nn.Linear(16, 12)
            self.k, self.v = nn.Linear(12, 8), nn.Linear(12, 8)

        def forward(self, x: Tensor) -> Tensor:
            q, k, v = (part(x).unflatten(-1, (-1, 4)).transpose(1, 2) for part in (self.q, self.k, self.v))
            if spread == "expand":
                k, v = (part[:, :, None].expand(-1, -1, 2, -1, -1).reshape(q.shape) for part in (k, v))
            elif spread == "repeat_interleave":
                k, v = (part.repeat_interleave(2, 1) for part in (k, v))
            mixed = functional.scaled_dot_product_attention(q, k, v, enable_gqa=spread == "enable_gqa")
            return self.o(mixed.transpose(1, 2).flatten(2))

    assert _checked(Grouped(), X) == {"q -> k, 2 heads": 20, "v -> o, 2 heads": 20}


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (nn.Sequential(nn.Linear(12, 600), nn.Linear(600, 3)), "600 coordinates are more than 512"),
        (nn.Sequential(nn.Linear(12, 4).requires_grad_(False), nn.Linear(4, 3)), "0.weight is frozen"),
    ],
    ids=["wide", "frozen"],
)
def test_linear_maps_that_are_too_wide_or_frozen(model, reason):
    found = _proposed(model, X)
    assert not found.families
    assert [(absence.place, absence.reason) for absence in found.absent] == [("0 -> 1", found.absent[0].reason)]
    assert reason in found.absent[0].reason


def test_torch_attention_that_is_not_taken_apart():
    class Padded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attention = nn.MultiheadAttention(12, 3, batch_first=True)

        def forward(self, x: Tensor) -> Tensor:
            return self.attention(x, x, x, torch.zeros(3, 5, dtype=torch.bool), need_weights=False)[0]

    found = _proposed(Padded(), X)
    assert not found.families
    assert [absence.place for absence in found.absent] == ["attention: q -> k", "attention: v -> o"]
    assert all("key padding mask" in absence.reason for absence in found.absent)
