"""Two parameters in one sum, as whole networks."""

import pytest
import torch
from tests.dynamics.shifts.confirm import confirmed
from torch import nn
from torch.nn import functional


class Summed(nn.Module):
    """Two things added, then read."""

    def __init__(self, one, other, read):
        super().__init__()
        self.one, self.other, self.read = one, other, read
        self.x = torch.randn(4, 5, dtype=torch.float64)

    def forward(self):
        return self.read(self.one(self.x) * 3 - self.other(self.x.exp())).tanh().square().sum()


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


class Tables(nn.Module):
    """Tokens, scaled, and positions, which are a parameter, with a token of their own in front."""

    def __init__(self, read):
        super().__init__()
        self.tokens, self.first = nn.Embedding(6, 4), nn.Parameter(torch.randn(1, 1, 4))
        self.positions, self.read = nn.Parameter(torch.randn(1, 4, 4)), read

    def forward(self):
        tokens = torch.cat([self.first.expand(3, 1, 4), self.tokens(torch.randint(6, (3, 3))) * 2], 1)
        return (self.read(tokens + self.positions).tanh() * torch.arange(1.0, 17).reshape(4, 4)).sum()


def test_tables_of_tokens_and_positions():
    plain = Tables(torch.sigmoid)
    assert confirmed(plain, plain)[0] == {
        ("translation", ("first", "positions")): 4,
        ("translation", ("tokens.weight", "positions")): 4,
    }
    normed = Tables(lambda h: functional.layer_norm(h, (4,)))
    assert confirmed(normed, normed)[0] == {
        ("translation", ("tokens.weight",)): 6,
        # 1 + 4 of their own, 4 between them, of which one is a sum of those
        ("translation", ("first", "positions")): 1 + 4 + 3,
        ("translation", ("tokens.weight", "positions")): 3,
    }


@pytest.mark.parametrize(("layer", "count"), [(nn.LSTM, 8), (nn.GRU, 4), (nn.RNN, 2)])
def test_the_two_biases_of_recurrent_gates(layer, count):
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer, self.x = layer(3, 2), torch.randn(4, 2, 3, dtype=torch.float64)

        def forward(self):
            return (self.layer(self.x)[0] * torch.arange(16.0).reshape(4, 2, 2)).tanh().sum()

    model = Recurrent()
    assert confirmed(model, model)[0] == {("translation", ("layer.bias_ih_l0", "layer.bias_hh_l0")): count}
