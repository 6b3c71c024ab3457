import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

from netwright.models.video.causal_shufflenet import CausalShuffleNet, causal_shufflenet
from netwright.models.video.stream_buffer import BUFFERS
from netwright.records.errors import CandidateError, ModelError

CLASSES = 5
both_buffers = pytest.mark.parametrize("buffer", BUFFERS)


def small(shape=(3, 32, 32, 32), **options) -> CausalShuffleNet:
    torch.manual_seed(0)
    network = causal_shufflenet(shape, CLASSES, **({"width": 0.25} | options))
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm3d):
            nn.init.uniform_(layer.bias, -0.5, 0.5)
            nn.init.uniform_(layer.running_mean, -0.5, 0.5)
    return network.eval()


def clips(videos: int, frames: int, side: int = 32, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(videos, 3, frames, side, side, generator=generator)


@both_buffers
def test_the_published_form_has_the_published_parameters_and_multiply_adds(buffer):
    # 613,661 and 97,945,536 were counted on the released code as well, whose buffer is the raw one
    with torch.device("meta"):
        network = causal_shufflenet((3, 16, 112, 112), 101, buffer=buffer).eval()
    with FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 3, 16, 112, 112, device="meta"))
    assert sum(parameter.numel() for parameter in network.parameters()) == 613_661
    assert counter.get_total_flops() / 2 == 97_945_536
    assert [sum(p.numel() for p in part.trunk.parameters()) for part in (network.slow, network.fast)] == [256_632] * 2
    assert sum(parameter.numel() for parameter in network.head.parameters()) == 97_061


@both_buffers
def test_the_published_state_has_as_many_numbers_with_either_buffer(buffer):
    with torch.device("meta"):
        network = causal_shufflenet((3, 16, 112, 112), 101, buffer=buffer).eval()
    _, state = network.step(torch.zeros(1, 3, 16, 112, 112, device="meta"))
    assert state.slow.numel() + state.fast.numel() == 47_040
    sides = {"raw": ((3, 112), (3, 56)), "feature": ((30, 28), (30, 28))}[buffer]
    assert [tuple(frame.shape) for frame in (state.slow, state.fast)] == [(1, c, 1, s, s) for c, s in sides]


def released(network: CausalShuffleNet, first: Tensor, second: Tensor) -> Tensor:
    """The released code's arithmetic for the second of two subclips, its depthwise padding made causal."""
    slow, fast = network.slow, network.fast
    features = []
    pooled = nn.AvgPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))
    for part, sample, stride in ((slow, lambda x: x[:, :, ::2], (1, 2, 2)), (fast, pooled, (2, 2, 2))):
        x, zero = sample(first), torch.zeros_like(sample(first)[:, :, :1])
        buffer = torch.cat((zero, x), dim=2).mean(dim=2, keepdim=True)
        x = torch.cat((buffer, sample(second)), dim=2)
        x = functional.conv3d(x, part.stem.convolution.convolution.weight, None, stride, (0, 1, 1))
        x = functional.relu(part.stem.norm(x))
        if part is slow:
            x = functional.max_pool3d(x, (1, 3, 3), (1, 2, 2), (0, 1, 1))
        x = part.trunk(x)
        features.append(functional.avg_pool3d(x, x.shape[-3:]).flatten(1))
    return network.head(torch.cat(features, dim=1))


def test_the_raw_buffer_gives_the_arithmetic_of_the_released_code():
    network, videos = small(buffer="raw").double(), clips(2, 32).double()
    expected = released(network, *videos.split(16, dim=2))
    torch.testing.assert_close(network(videos), expected, rtol=0, atol=1e-10)


def test_features_inside_a_subclip_do_not_move_with_frames_to_come():
    # symmetric padding in the released units of stride 1 let each frame of features see the next one
    network = small(subclip=64)
    frames = clips(1, 64)
    other = frames.clone()
    other[:, :, 32:] += 1
    for part in (network.slow, network.fast):
        before, after = part(frames), part(other)
        assert before.shape[2] == 4
        assert torch.equal(before[:, :, :2], after[:, :, :2])
        assert not torch.equal(before[:, :, 2], after[:, :, 2])


@pytest.mark.parametrize("shape", [(3, 16, 32, 32), (3, 32, 48, 48), (3, 1, 8, 8), (1, 20, 17, 30), (3, 37, 1, 1)])
@both_buffers
def test_clips_of_any_size_are_answered(shape, buffer):
    network = small(shape, buffer=buffer)
    assert network(torch.rand(2, *shape)).shape == (2, CLASSES)
    assert network(torch.randint(256, (2, *shape), dtype=torch.uint8)).isfinite().all()


@both_buffers
def test_a_length_that_16_does_not_divide_is_a_video_behind_zeros(buffer):
    network, videos = small(buffer=buffer), clips(2, 20)
    completed = torch.cat([torch.zeros(2, 3, 12, 32, 32), videos], dim=2)
    assert torch.equal(network(videos), network(completed))
    assert torch.equal(network.step(videos[:, :, :4])[0], network.step(completed[:, :, :16])[0])


def test_what_is_no_batch_of_clips_is_refused():
    network = small()
    for call in (network, network.step, network.whole_clip()):
        with pytest.raises(ModelError, match=r"found a tensor of shape \(3, 16, 32, 32\); pass clips"):
            call(torch.zeros(3, 16, 32, 32))


@both_buffers
def test_the_whole_clip_form_is_the_network_where_one_subclip_is_the_clip(buffer):
    network = small(buffer=buffer, subclip=48)
    whole, videos = network.whole_clip(), clips(2, 48)
    torch.testing.assert_close(whole(videos), network(videos), rtol=0, atol=1e-6)
    shorter = small(buffer=buffer)
    shorter.load_state_dict(network.state_dict())
    assert not torch.allclose(shorter(videos), whole(videos))
    torch.testing.assert_close(shorter.step(videos[:, :, :16])[0], whole(videos[:, :, :16]), rtol=0, atol=1e-6)


def test_the_whole_clip_form_shares_the_weights_and_leaves_their_modes_alone():
    network = small()
    network.slow.train()
    whole = network.whole_clip()
    assert not whole.training
    assert network.slow.training
    assert {id(p) for p in whole.parameters()} == {id(p) for p in network.parameters()}
    assert network.train().whole_clip().training


def test_the_whole_clip_form_answers_with_the_features_that_have_come():
    network, frames = small(), clips(1, 64)
    whole = network.whole_clip()
    for length, slow, fast in ((16, 1, 1), (30, 1, 1), (31, 2, 1), (32, 2, 2), (63, 4, 3), (64, 4, 4)):
        features = [part(frames[:, :, :length]) for part in (network.slow, network.fast)]
        assert [part.shape[2] for part in features] == [slow, fast]
        means = torch.cat([part.mean(dim=(2, 3, 4)) for part in features], dim=1)
        torch.testing.assert_close(whole(frames[:, :, :length]), network.head(means), rtol=0, atol=1e-6)
    with pytest.raises(ModelError, match="found clips of 15 frames; the first features follow frame 16"):
        whole(frames[:, :, :15])


@pytest.mark.parametrize(("option", "value"), [("buffer", "raw"), ("subclip", 32), ("loss_on", "last")])
def test_networks_that_answer_otherwise_look_otherwise(option, value):
    assert repr(small()) != repr(small(**{option: value}))


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("width", [0.1, 0.3, 0.5, 1.0])
def test_every_width_and_number_of_groups_fits(groups, width):
    with torch.device("meta"):
        network = causal_shufflenet((3, 16, 112, 112), 101, groups=groups, width=width).eval()
        assert network(torch.zeros(1, 3, 16, 112, 112)).shape == (1, 101)
    if width == 0.5 and groups == 3:
        assert [m.out_channels for m in network.slow.modules() if isinstance(m, nn.Conv3d)][:4] == [12, 15, 15, 48]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *[("buffer", "none"), ("subclip", 24), ("subclip", 0), ("subclip", 16.0), ("subclip", True), ("groups", 5)],
        *[("width", 0.05), ("width", "wide"), ("dropout", 1.0), ("loss_on", "first")],
    ],
)
def test_a_senseless_option_is_refused_by_name(option, value):
    with pytest.raises(CandidateError, match=rf"causal-shufflenet\.{option}: found"):
        causal_shufflenet((3, 16, 32, 32), 5, **{option: value})


def test_the_weights_go_through_safetensors(tmp_path):
    network, other = small(), small(buffer="raw").apply(_redraw)
    save_file(network.state_dict(), tmp_path / "weights.safetensors")
    assert not torch.equal(other(clips(1, 16)), network(clips(1, 16)))
    other.load_state_dict(load_file(tmp_path / "weights.safetensors"))
    assert torch.equal(other(clips(1, 16)), network(clips(1, 16)))


def _redraw(layer: nn.Module) -> None:
    if isinstance(layer, nn.Conv3d | nn.Linear):
        layer.reset_parameters()
