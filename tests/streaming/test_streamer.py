"""A stream equals its offline run, whatever the network and the chunks are."""

import random

import pytest
import torch
from tests.streaming.networks.layers import RandomNetwork
from torch import Tensor

from netwright.records.errors import ModelError
from netwright.streaming.streamer import Streamer, stream

SEEDS = 150
SIDE = 6


def chunks_of(rng: random.Random, clip: Tensor, most: int) -> list[Tensor]:
    sizes = []
    while sum(sizes) < clip.shape[2]:
        sizes.append(min(rng.randint(1, most), clip.shape[2] - sum(sizes)))
    return list(clip.split(sizes, dim=2))


def streamed(streamer: Streamer, chunks: list[Tensor], newest: bool, flush: bool = False) -> Tensor | None:
    """Return all frames of an answer, or the newest one."""
    state, answers = None, []
    for chunk in chunks:
        answer, state = streamer.step(chunk, state)
        answers.append(answer)
    if flush:
        answers.append(streamer.flush(state)[0])
    answers = [answer for answer in answers if answer is not None]
    if not answers:
        return None
    return answers[-1] if newest else torch.cat(answers, dim=2)


def same(one: Tensor, other: Tensor) -> float:
    assert one.shape == other.shape
    return (one - other).abs().max().item() if one.numel() else 0.0


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_random_network_equals_its_offline_run(seed: int):
    network, rng = RandomNetwork(seed).double().eval(), random.Random(seed + 1000)
    clip = torch.randn(rng.choice([1, 2]), 3, rng.randint(80, 120), SIDE, SIDE, dtype=torch.float64)
    streamer = stream(network, torch.randn(1, 3, 80, SIDE, SIDE, dtype=torch.float64))
    chunks = chunks_of(rng, clip, rng.choice([1, 4, 40]))
    answer = streamed(streamer, chunks, network.pooled)
    assert answer is not None
    assert same(answer, streamer.offline(clip)) <= 1e-10


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_delayed_stream_says_what_the_network_itself_says(seed: int):
    network, rng = RandomNetwork(seed, squeeze=False).double().eval(), random.Random(seed + 2000)
    clip = torch.randn(2, 3, rng.randint(80, 120), SIDE, SIDE, dtype=torch.float64)
    streamer = stream(network, clip[:, :, :80], mode="delayed")
    answer = streamed(streamer, chunks_of(rng, clip, rng.choice([1, 5, 30])), network.pooled, flush=True)
    assert answer is not None
    with torch.no_grad():
        assert same(answer, network(clip)) <= 1e-10


@pytest.mark.parametrize("seed", range(0, SEEDS, 3))
def test_later_frames_do_not_change_what_was_said(seed: int):
    network, rng = RandomNetwork(seed).double().eval(), random.Random(seed)
    clip = torch.randn(1, 3, 90, SIDE, SIDE, dtype=torch.float64)
    streamer, at = stream(network, clip), rng.randint(80, 89)
    changed = torch.cat([clip[:, :, :at], torch.randn_like(clip[:, :, at:])], dim=2)
    one, other = (streamer.offline(version) for version in (clip, changed))
    if network.pooled:
        assert same(streamer.offline(clip[:, :, :at]), streamer.offline(changed[:, :, :at])) == 0.0
        return
    told = streamed(streamer, [clip[:, :, :at]], newest=False)
    assert told is not None
    frames = told.shape[2]
    assert same(one[:, :, :frames], told) <= 1e-10
    assert same(one[:, :, :frames], other[:, :, :frames]) == 0.0


@pytest.mark.parametrize("seed", range(0, SEEDS, 5))
def test_the_memory_told_before_is_what_the_state_takes_at_most(seed: int):
    network = RandomNetwork(seed).double().eval()
    clip = torch.randn(2, 3, 100, SIDE, SIDE, dtype=torch.float64)
    streamer, state, most = stream(network, clip[:1, :, :80]), None, 0
    for frame in clip.split(1, dim=2):
        _, state = streamer.step(frame, state)
        most = max(most, state.bytes)
    assert streamer.memory(batch=2).total == most


def test_single_precision_gives_the_same_class():
    for seed in range(0, SEEDS, 5):
        network = RandomNetwork(seed).eval()
        clip = torch.randn(2, 3, 80, SIDE, SIDE)
        streamer = stream(network, clip)
        answer = streamed(streamer, chunks_of(random.Random(seed), clip, 7), network.pooled)
        offline = streamer.offline(clip)
        assert same(answer, offline) <= 1e-5 * max(1.0, offline.abs().max().item())
        assert torch.equal(answer.argmax(1), offline.argmax(1))


def test_an_example_that_is_no_clip_is_refused():
    with pytest.raises(ModelError, match=r"found the example \(3, 8, 8\); hand in a clip"):
        stream(RandomNetwork(0), torch.zeros(3, 8, 8))
    with pytest.raises(ModelError, match="no mode 'later'"):
        stream(RandomNetwork(0), torch.zeros(1, 3, 8, 6, 6), mode="later")
