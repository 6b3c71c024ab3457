"""What users' modules may hold, and what is refused by name."""

import pytest
import torch
from tests.streaming.test_streamer import same
from torch import Tensor, nn
from torch.nn import functional

from netwright.records.errors import ModelError
from netwright.streaming.streamer import stream


class Flattened(nn.Module):
    """A network that takes clips of one length only: the last frames are flattened into a linear layer."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv3d(3, 4, (3, 1, 1), padding=(1, 0, 0)), nn.Linear(4 * frames * 36, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(functional.relu(self.conv(x)).flatten(1))


class FixedPool(nn.Module):
    """A pool as long as the clip that its author had in mind, then a view: as in many published 3D networks."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool = nn.Conv3d(3, 4, 3, padding=1, stride=(2, 1, 1)), nn.AvgPool3d((8, 6, 6))
        self.head = nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.pool(self.conv(x))
        return self.head(pooled.view(pooled.shape[0], -1))


class TwoRates(nn.Module):
    """Paths at two rates, each pooled, then joined."""

    def __init__(self) -> None:
        super().__init__()
        self.slow, self.fast = nn.Conv3d(3, 4, (1, 3, 3)), nn.Conv3d(3, 4, (3, 1, 1), padding=(1, 0, 0))
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        slow = self.slow(x[:, :, ::4]).mean((2, 3, 4))
        fast = functional.avg_pool3d(self.fast(x), (x.shape[2], 6, 6)).flatten(1)
        return self.head(torch.cat([slow, fast], dim=1))


class PaddedShortcut(nn.Module):
    """Zero channels joined to every frame: the parameter-free shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv3d(3, 8, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        zeros = torch.zeros(x.shape[0], 5, *x.shape[2:], dtype=x.dtype)
        return self.conv(x) + torch.cat([x, zeros], dim=1)


class Reshaped(nn.Module):
    """A classifier of every frame: its answer has a row for each."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv3d(3, 4, (3, 1, 1), padding=(1, 0, 0)), nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        frames = self.conv(x).mean((3, 4)).transpose(1, 2)
        return self.head(frames.reshape(-1, 4)).view(x.shape[0], -1, 5)


class PaddedBefore(nn.Module):
    """'Same' padding by functional.pad, uneven and from the length of the clip; then a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.pool = nn.Conv3d(3, 4, (7, 3, 3), (2, 1, 1)), nn.MaxPool3d((3, 3, 3), (2, 2, 2))

    def forward(self, x: Tensor) -> Tensor:
        behind = 3 if x.shape[2] % 2 == 0 else 4
        x = self.conv(functional.pad(x, (1, 1, 1, 1, 2, behind)))
        return self.pool(functional.pad(x, (0, 1, 0, 1, 0, 1)))


class Recurrent(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(3, 3, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x.mean((3, 4)).transpose(1, 2))[0]


class Whole(nn.Module):
    """Any function of a clip."""

    def __init__(self, function) -> None:
        super().__init__()
        self.function = function
        self.weight = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x * self.weight)


def told(network: nn.Module, clip: Tensor, mode: str, axis: int) -> tuple[Tensor, Tensor]:
    streamer = stream(network.double().eval(), clip[:, :, :16], mode=mode)
    state, answers = None, []
    for chunk in clip.split([3, 1, 4, 2, clip.shape[2] - 10], dim=2):
        answer, state = streamer.step(chunk, state)
        answers.append(answer)
    answers.append(streamer.flush(state)[0])
    answers = [answer for answer in answers if answer is not None]
    return (answers[-1] if axis == 0 else torch.cat(answers, axis)), streamer.offline(clip)


@pytest.mark.parametrize(
    ("network", "axis"),
    [
        (Flattened(16), 0), (FixedPool(), 0), (TwoRates(), 0), (PaddedShortcut(), 2), (Reshaped(), 1),
        (PaddedBefore(), 2),
        (Whole(lambda x: x.double().cumsum(2) / torch.ones_like(x, dtype=torch.int64).cumsum(2)), 2),
        (Whole(lambda x: x.amax((2, 3, 4))), 0), (Whole(lambda x: x[:, :, -1].mean((2, 3))), 0),
        (Whole(lambda x: x.mean(-1).mean(-1).mean(-1)), 0),
        (Whole(lambda x: x[:, 1:, ..., 2] + x.select(1, 0)[:, None, ..., 0]), 2),
        (Whole(lambda x: torch.stack(x.unbind(1)[::-1], 1)), 2), (Whole(lambda x: x[:, :, 2:] - x[:, :, :-2]), 2),
        (Whole(lambda x: x.softmax(1)), 2), (Whole(lambda x: functional.interpolate(x, scale_factor=(1, 2, 2))), 2),
        (Whole(lambda x: functional.layer_norm(x.movedim(1, -1), (3,)).movedim(-1, 1)), 2),
        (Whole(lambda x: x.unfold(3, 2, 2).sum(-1)), 2), (Whole(lambda x: torch.where(x > 0, x, x.exp() - 1)), 2),
        (Whole(lambda x: functional.adaptive_avg_pool3d(x, (1, 2, 2)).flatten(1)), 0),
        (Whole(lambda x: functional.adaptive_avg_pool3d(x, (None, 1, 1))), 2),
        (Whole(lambda x: torch.einsum("bcthw,cd->bdthw", x, torch.ones(3, 2, dtype=x.dtype))), 2),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)  # fmt: skip
@pytest.mark.parametrize("mode", ["causal", "delayed"])
def test_modules_of_users_run_on_a_stream(network: nn.Module, axis: int, mode: str):
    torch.manual_seed(0)
    frames = 16 if isinstance(network, Flattened | FixedPool) else 32
    clip = torch.randn(2, 3, frames, 6, 6, dtype=torch.float64)
    answer, offline = told(network, clip, mode, axis)
    assert same(answer, offline) <= 1e-10
    if mode == "delayed":
        with torch.no_grad():
            assert same(answer, network(clip)) <= 1e-10


REFUSED = {
    "instance norm": (nn.Sequential(nn.InstanceNorm3d(3)), "0: instance_norm cannot run on a stream: it normalises"),
    "group norm": (nn.Sequential(nn.Conv3d(3, 4, 1), nn.GroupNorm(2, 4)), "1: group_norm cannot .* normalises over"),
    "softmax over time": (Whole(lambda x: x.softmax(2)), "forward: softmax cannot run on a stream: its sum runs over"),
    "flip": (Whole(lambda x: x.flip(2)), "flip cannot run on a stream: it reverses time"),
    "roll": (Whole(lambda x: x.roll(1, 2)), "roll cannot run on a stream: it moves frames"),
    "product so far": (Whole(lambda x: x.cumprod(2)), "cumprod cannot .* mixes frames"),
    "longer": (Whole(lambda x: functional.interpolate(x, scale_factor=2.0)), "interpolate cannot .* number of frames"),
    "reflect": (nn.Conv3d(3, 3, 3, padding=1, padding_mode="replicate"), "pad cannot .* 'replicate'"),
    "ceil": (nn.MaxPool3d(2, ceil_mode=True), "max_pool3d cannot run on a stream: ceil_mode would need frames"),
    "adaptive": (nn.AdaptiveAvgPool3d(2), "adaptive_avg_pool3d cannot .* pools time to 2 frames"),
    "recurrent": (Recurrent(), "lstm: lstm cannot run on a stream: recurrent layers"),
    "attention": (
        Whole(lambda x: functional.scaled_dot_product_attention(*[x.mean((3, 4)).transpose(1, 2)] * 3)),
        "attention cannot run on a stream: every frame attends",
    ),
    "place in time": (
        Whole(lambda x: x + torch.arange(x.shape[2], dtype=x.dtype)[:, None, None]), "something else to every frame",
    ),
    "length in numbers": (Whole(lambda x: x * x.shape[2]), "mul cannot .* depend on the length of the clip"),
    "first frame": (Whole(lambda x: x[:, :, 0]), "getitem cannot .* it picks frame 0 of the clip"),
    "until a frame": (Whole(lambda x: x[:, :, :5]), "getitem cannot .* picks frames up to 5"),
    "two videos": (Whole(lambda x: torch.cat([x, x], 2)), "cat cannot .* behind those of another"),
    "time as channels": (
        Whole(lambda x: functional.conv3d(x.transpose(1, 2), torch.ones(2, 16, 1, 1, 1, dtype=x.dtype))),
        "conv3d cannot run on a stream: it takes frames for channels",
    ),
    "branch on length": (Whole(lambda x: x.relu() if x.shape[2] < 50 else x.tanh()), "must not depend on the length"),
    "videos together": (Whole(lambda x: x.mean((0, 2, 3, 4))), "takes the videos of a batch together"),
    "two answers": (Whole(lambda x: (x, x)), "returns tuple in evaluation mode; return one tensor"),
    "two rates": (Whole(lambda x: x[:, :, ::2] + x[:, :, :x.shape[2] // 2]), "cannot run on a stream"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_run_on_a_stream_is_refused_by_name(case: str):
    network, message = REFUSED[case]
    with pytest.raises(ModelError, match=message):
        stream(network.double(), torch.randn(1, 3, 16, 6, 6, dtype=torch.float64))


def test_squeeze_and_excite_is_refused_where_nothing_may_change():
    from tests.streaming.networks.layers import SqueezeExcite

    with pytest.raises(ModelError, match="adaptive_avg_pool3d cannot run on a stream: its summary of the whole clip"):
        stream(SqueezeExcite(3, dropped=False), torch.randn(1, 3, 8, 6, 6), mode="delayed")


def test_a_network_that_is_causal_already_stays_what_it_is():
    class Causal(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Conv3d(3, 4, 3, padding=(0, 1, 1)), nn.Conv3d(4, 4, (3, 1, 1), (2, 1, 1))

        def forward(self, x: Tensor) -> Tensor:
            x = functional.relu(self.one(functional.pad(x, (0, 0, 0, 0, 2, 0))))
            return self.two(functional.pad(x, (0, 0, 0, 0, 1, 0))).mean((2, 3, 4))

    network, clip = Causal().double(), torch.randn(2, 3, 20, 6, 6, dtype=torch.float64)
    with torch.no_grad():
        assert same(stream(network, clip[:1]).offline(clip), network(clip)) <= 1e-12


def test_the_network_and_its_batch_norm_stay_as_they_were():
    network = nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.BatchNorm3d(4)).train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    stream(network, torch.randn(1, 3, 8, 6, 6))
    assert network.training
    assert network[1].training
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())


def test_a_network_that_treats_odd_lengths_otherwise_is_noted():
    streamer = stream(PaddedBefore(), torch.randn(1, 3, 16, 6, 6))
    assert streamer.notes[0].startswith("forward: pad: the network treats other lengths otherwise")
    assert stream(TwoRates(), torch.randn(1, 3, 16, 6, 6)).notes == ()
