"""Modules that once got a wrong answer, a false reason or a raw error out of the conversion, and their like."""

import logging

import pytest
import torch
from tests.streaming.test_convert import Whole, told
from tests.streaming.test_streamer import same
from torch import Tensor, nn
from torch.nn import functional

from netwright.records.errors import ModelError
from netwright.streaming.streamer import stream

REAL = torch.float64


class On(nn.Module):
    """Any function of a clip and of layers."""

    def __init__(self, function, *layers: nn.Module) -> None:
        super().__init__()
        self.function, self.layers = function, nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x, *self.layers)


class Remembering(nn.Module):
    """Keeps its last clip, a counter and a mask, as networks do that make what they need when they need it."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.mask, self.calls, self.made = nn.Conv3d(3, 4, 3, padding=1), None, 0, {}

    def forward(self, x: Tensor) -> Tensor:
        self.calls, self.last = self.calls + 1, x
        if self.mask is None or self.mask.shape != x.shape[2:]:
            self.mask = torch.ones(x.shape[2:], dtype=x.dtype)
        scale = self.made.setdefault("scale", torch.ones(1, dtype=x.dtype))
        return self.conv(x * self.mask * scale)


def twice(x: Tensor, conv: nn.Module) -> Tensor:
    made = conv(x)
    kept = made + 1
    made.relu_()
    return made * kept


def into_the_input(x: Tensor) -> Tensor:
    x -= 1.0
    return x.mul_(2)


def by_its_number(x: Tensor) -> Tensor:
    return functional.adaptive_avg_pool3d(x, (x.shape[2], 1, 2))


def shifted(x: Tensor) -> Tensor:
    before = torch.cat([torch.zeros_like(x[:, :1, :1]), x[:, :1, :-1]], 2)
    return torch.cat([before, x[:, 1:]], 1)


def decoded(x: Tensor, conv: nn.Module) -> Tensor:
    small = functional.max_pool3d(conv(x), (1, 2, 2))
    return torch.cat([x, functional.interpolate(small, size=x.shape[2:], mode="trilinear")], 1)


def transposed(x: Tensor, up: nn.Module) -> Tensor:
    return up(x)


def over_joints(x: Tensor, conv: nn.Module) -> Tensor:
    return conv(x.flatten(3))


def over_places(x: Tensor, conv: nn.Module) -> Tensor:
    rows = conv(x.permute(0, 3, 4, 1, 2).reshape(-1, 3, x.shape[2]))
    return rows.view(x.shape[0], 36, 4, -1).mean(1)


def sorted_channels(x: Tensor) -> Tensor:
    return x.gather(1, x.argsort(1))


RUNNING = {
    "in place": (On(twice, nn.Conv3d(3, 4, 3, padding=1)), 2),
    "into the input": (On(into_the_input), 2),
    "as many frames": (On(by_its_number), 2),
    "shift": (On(shifted), 2),
    "decoder": (On(decoded, nn.Conv3d(3, 4, 3, padding=1)), 2),
    "transposed": (On(transposed, nn.ConvTranspose3d(3, 4, (1, 2, 2), (1, 2, 2))), 2),
    "convolution over time and joints": (On(over_joints, nn.Conv2d(3, 4, (3, 1), padding=(1, 0))), 2),
    "convolution at every place": (On(over_places, nn.Conv1d(3, 4, 3, padding=1)), 2),
    "indices": (On(sorted_channels), 2),
    "embedding": (On(lambda x, table: table(x.argmax(1)), nn.Embedding(3, 5)), 1),
    "frames first": (On(lambda x: x.permute(2, 0, 1, 3, 4).mean((3, 4)).cumsum(0)), 0),
    "end of its own": (On(lambda x: x[:, :, : x.shape[2] - 2]), 2),
    "remembering": (Remembering(), 2),
}


@pytest.mark.parametrize("mode", ["causal", "delayed"])
@pytest.mark.parametrize("case", RUNNING)
def test_it_runs_as_its_offline_run_and_as_itself(case: str, mode: str):
    torch.manual_seed(0)
    network, axis = RUNNING[case]
    clip = torch.randn(2, 3, 24, 6, 6, dtype=REAL)
    before = clip.clone()
    if axis == 0:
        # frames lie on the first axis: `told` would take them for the newest answer
        streamer, state, answers = stream(network.double(), clip[:1], mode=mode), None, []
        for chunk in clip.split([5, 1, 18], dim=2):
            answer, state = streamer.step(chunk, state)
            answers.append(answer)
        answer, offline = torch.cat(answers), streamer.offline(clip)
    else:
        answer, offline = told(network, clip[:, :, :], mode, axis)
    assert torch.equal(clip, before)
    assert same(answer, offline) <= 1e-10
    if mode == "delayed":
        with torch.no_grad():
            assert same(answer, network(before.clone())) <= 1e-10


def stale(x: Tensor) -> Tensor:
    scale = torch.ones(1, dtype=x.dtype)
    made = x * scale
    scale.mul_(2)
    return made + x * scale


def through_a_view(x: Tensor) -> Tensor:
    made = x + 1
    seen = made.view(made.shape)
    made.mul_(2)
    return seen + made


REFUSED = {
    "a branch on numbers": (lambda x: x.relu() if x.mean() > 0 else x.tanh(), "bool cannot .* reads numbers"),
    "a number read out": (lambda x: x * x.max().item(), "item cannot .* reads numbers of the video"),
    "written through a view": (through_a_view, "overwritten cannot .* memory that another value lies in"),
    "a stale constant": (stale, "run anew on a clip, give other numbers"),
    "a constant of the length": (
        lambda x: x * torch.full((1,), float(x.shape[2]), dtype=x.dtype), "run anew on a clip, give other numbers",
    ),
    "as many tensors as videos": (lambda x: x.unbind(0)[0], "unbind cannot .* how many tensors it makes"),
    "random numbers": (lambda x: x + torch.randn(1, 3, 1, 1, 1, dtype=x.dtype), "draws random numbers in"),
    "dropout": (lambda x: functional.dropout(x, 0.5), "dropout cannot .* draws random numbers"),
    "a step of the length": (lambda x: x[:, :, :: x.shape[2] // 8], "getitem cannot .* follows from the length"),
    "a start of the length": (lambda x: x[:, :, x.shape[2] // 2 :], "getitem cannot .* follows from the length"),
    "a stop of the length": (lambda x: x[:, :, : x.shape[2] // 2], "getitem cannot .* follows from the length"),
    "a stop at the end": (lambda x: x[:, :, :16], "getitem cannot .* picks frames up to 16 of the clip"),
    "as many as recorded": (lambda x: x.narrow(2, 0, 16), "narrow cannot .* picks frames up to 16 of the clip"),
    "a number of the length": (lambda x: x * torch.tensor(1.0 / x.shape[2], dtype=x.dtype), "mul cannot .* depend on"),
    "a kernel of the length": (lambda x: functional.avg_pool3d(x, (x.shape[2] // 4, 1, 1)), "window depend on"),
    "no videos": (lambda x: x.mean((3, 4)).squeeze(), "squeeze cannot .* drops the axis of the videos"),
    "one video": (lambda x: x.view(1, 3, -1, 6, 6), "view cannot .* puts videos of a batch together"),
    "channels of one video": (
        lambda x: functional.conv3d(x.reshape(1, -1, *x.shape[2:]), torch.ones(4, 3, 1, 1, 1, dtype=x.dtype)),
        "takes only batches of 1 videos, as the example is",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["causal", "delayed"])
@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_a_true_reason(case: str, mode: str):
    torch.manual_seed(0)
    function, message = REFUSED[case]
    with pytest.raises(ModelError, match=message):
        stream(Whole(function).double(), torch.randn(1, 3, 16, 6, 6, dtype=REAL), mode=mode)


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_code_that_cannot_be_seen_is_refused_for_that():
    network = nn.Sequential(nn.Conv3d(3, 4, 1), torch.jit.script(nn.Sequential(nn.ReLU(), nn.Conv3d(4, 4, 1))))
    with pytest.raises(ModelError, match="1: untraced cannot run on a stream: its code cannot be seen"):
        stream(network, torch.randn(1, 3, 8, 4, 4))


def test_a_frame_of_a_number_that_is_the_last_of_the_example_only_is_refused():
    # four frames come out of the convolution: frame 3 is the last of them
    network = On(lambda x, conv: conv(x)[:, :, x.shape[2] // 2], nn.Conv3d(3, 4, 3))
    with pytest.raises(ModelError, match="it picks frame 3 of the clip"):
        stream(network, torch.randn(1, 3, 6, 6, 6))
    last = On(lambda x, conv: conv(x)[:, :, x.shape[2] - 3], nn.Conv3d(3, 4, 3))
    clip = torch.randn(1, 3, 12, 6, 6)
    with torch.no_grad():
        assert same(stream(last, clip[:, :, :6], mode="delayed").offline(clip), last(clip)) <= 1e-6


def test_a_tensor_as_long_as_an_example_of_one_frame_is_refused():
    network = On(lambda x: x * torch.linspace(0, 1, x.shape[2], dtype=x.dtype).view(1, 1, -1, 1, 1))
    with pytest.raises(ModelError, match="hand in an example of more frames than one"):
        stream(network, torch.randn(1, 3, 1, 6, 6))


class Chomped(nn.Module):
    """Causal as temporal convolutional networks are written: padded on both sides, then cut at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv3d(3, 3, (3, 1, 1), padding=(2 * d, 0, 0), dilation=(d, 1, 1)) for d in (1, 2)
        )
        self.norms = nn.ModuleList([nn.BatchNorm3d(3), nn.Identity()])

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = x + functional.relu(norm(conv(x))[:, :, : x.shape[2]])
        return x


def test_a_network_that_is_padded_on_both_sides_and_cut_is_causal_already():
    torch.manual_seed(0)
    network, clip = Chomped().double().eval(), torch.randn(2, 3, 20, 4, 4, dtype=REAL)
    streamer, state = stream(network, clip[:1, :, :9]), None
    with torch.no_grad():
        whole = network(clip)
    for at, frame in enumerate(clip.split(1, dim=2)):
        answer, state = streamer.step(frame, state)
        # of the same moment, not later
        assert same(answer, whole[:, :, at : at + 1]) <= 1e-12
    assert streamer.memory().latency == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_coarse_numbers_are_not_taken_for_frames_that_mix(dtype: torch.dtype):
    torch.manual_seed(0)

    def by_pictures(x: Tensor, conv: nn.Module, norm: nn.Module) -> Tensor:
        made = norm(conv(x.transpose(1, 2).flatten(0, 1)))
        return made.unflatten(0, (x.shape[0], x.shape[2])).mean((1, 3, 4))

    network, clip = (
        On(by_pictures, nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)).to(dtype),
        torch.randn(2, 3, 9, 6, 6).to(dtype),
    )
    streamer = stream(network, clip)
    answer, _ = streamer.step(clip)
    assert same(answer, streamer.offline(clip)) <= 0.02


def test_what_a_network_keeps_is_as_it_was():
    network = Remembering()
    kept = dict(vars(network))
    stream(network, torch.randn(1, 3, 8, 6, 6))
    assert vars(network) == kept
    assert network.made == {}


def test_a_length_that_is_refused_is_not_logged(caplog):
    network = On(lambda x, linear: linear(x.flatten(1)), nn.Linear(3 * 8 * 16, 2))
    with caplog.at_level(logging.DEBUG, logger="torch._subclasses.fake_tensor"):
        stream(network, torch.randn(1, 3, 8, 4, 4))
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    assert not logging.getLogger("torch._subclasses.fake_tensor").disabled


def test_what_is_no_chunk_and_no_state_is_refused():
    clip = torch.randn(1, 3, 8, 6, 6)
    streamer = stream(nn.Conv3d(3, 4, 3), clip)
    with pytest.raises(ModelError, match="frames of type list"):
        streamer.step([1])
    with pytest.raises(ModelError, match="state of type dict"):
        streamer.step(clip, {})
