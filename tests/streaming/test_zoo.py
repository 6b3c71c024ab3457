"""Every network of the catalog runs frame by frame, and equals its offline run."""

import random
from collections.abc import Callable

import pytest
import torch
from tests.streaming.test_streamer import chunks_of, same, streamed
from torch import nn

from netwright.models.video.causal_shufflenet import causal_shufflenet
from netwright.models.video.inception3d import inception3d
from netwright.models.video.mobilenet3d import mobilenet3d
from netwright.models.video.r2plus1d import r2plus1d
from netwright.models.video.resnet3d import resnet3d
from netwright.models.video.shufflenet3d import shufflenet3d
from netwright.models.video.x3d import x3d
from netwright.streaming.streamer import stream

SHAPE, CLASSES = (3, 32, 32, 32), 7
ZOO: dict[str, Callable[[], nn.Module]] = {
    "causal-shufflenet": lambda: causal_shufflenet(SHAPE, CLASSES).whole_clip(),
    "causal-shufflenet raw": lambda: causal_shufflenet(SHAPE, CLASSES, buffer="raw").whole_clip(),
    "shufflenet3d": lambda: shufflenet3d(SHAPE, CLASSES, width=0.5),
    "mobilenet3d": lambda: mobilenet3d(SHAPE, CLASSES, width=0.25),
    "r3d-18": lambda: resnet3d(SHAPE, CLASSES, depth=18),
    "r2plus1d": lambda: r2plus1d(SHAPE, CLASSES),
    "inception3d": lambda: inception3d(SHAPE, CLASSES, width=0.25),
    "x3d": lambda: x3d(SHAPE, CLASSES),
}


def ready(name: str) -> nn.Module:
    torch.manual_seed(0)
    network = ZOO[name]().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm3d):
            # as after a training: the statistics are not those of fresh layers
            nn.init.uniform_(module.running_mean, -0.1, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network


@pytest.mark.parametrize("name", ZOO)
def test_a_network_of_the_catalog_equals_its_offline_run(name: str):
    network, rng = ready(name), random.Random(0)
    clip = torch.randn(1, 3, 48, 32, 32)
    streamer = stream(network, clip[:, :, :32])
    answer, offline = streamed(streamer, chunks_of(rng, clip, 9), newest=True), streamer.offline(clip)
    assert same(answer, offline) <= 1e-5 * max(1.0, offline.abs().max().item())
    assert torch.equal(answer.argmax(1), offline.argmax(1))


@pytest.mark.parametrize("name", [name for name in ZOO if name != "x3d"])
def test_a_delayed_network_of_the_catalog_says_what_it_says_itself(name: str):
    network = ready(name).double()
    clip = torch.randn(1, 3, 64, 32, 32, dtype=torch.float64)
    streamer = stream(network, clip[:, :, :32], mode="delayed")
    answer = streamed(streamer, chunks_of(random.Random(1), clip, 16), newest=True, flush=True)
    with torch.no_grad():
        assert same(answer, network(clip)) <= 1e-10


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", ZOO)
def test_long_videos_equal_their_offline_run(name: str, dtype: torch.dtype):
    network, rng = ready(name).to(dtype), random.Random(2)
    clip = torch.randn(1, 3, rng.randint(250, 300), 32, 32, dtype=dtype)
    streamer = stream(network, clip[:, :, :32])
    for most in (1, 9, 64):
        answer, offline = streamed(streamer, chunks_of(rng, clip, most), newest=True), streamer.offline(clip)
        limit = 1e-10 if dtype is torch.float64 else 1e-5 * max(1.0, offline.abs().max().item())
        assert same(answer, offline) <= limit
        assert torch.equal(answer.argmax(1), offline.argmax(1))


def test_the_published_network_keeps_less_than_two_megabytes():
    network = causal_shufflenet((3, 16, 112, 112), 101).whole_clip().eval()
    assert stream(network, torch.zeros(1, 3, 16, 112, 112)).memory().total < 2_000_000
