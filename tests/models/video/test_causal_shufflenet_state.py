import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.video.causal_shufflenet import CausalShuffleNet, causal_shufflenet
from netwright.models.video.stream_buffer import BUFFERS
from netwright.models.video.subclips import SubclipLogits
from netwright.records.errors import ModelError

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


def subclip_after_subclip(network: CausalShuffleNet, videos: Tensor) -> list[Tensor]:
    state, answers = None, []
    for part in videos.split(network.subclip, dim=2):
        logits, state = network.step(part, state)
        answers.append(logits)
    return answers


@both_buffers
def test_a_clip_is_its_subclips_one_after_the_other(buffer):
    network, videos = small(buffer=buffer), clips(2, 48)
    answers = subclip_after_subclip(network, videos)
    assert torch.equal(network(videos), answers[-1])
    # what a subclip hands on counts
    assert not torch.allclose(answers[-1], network(videos[:, :, 32:]))


def test_both_buffers_answer_a_first_subclip_alike_and_a_second_one_not():
    videos = clips(2, 32)
    feature, raw = (subclip_after_subclip(small(buffer=buffer), videos) for buffer in ("feature", "raw"))
    torch.testing.assert_close(feature[0], raw[0])
    assert not torch.allclose(feature[1], raw[1])


@both_buffers
def test_no_state_leaks_from_one_batch_of_videos_into_the_next(buffer):
    # the released module kept its buffer, and reset it at every second call, whoever called
    network, videos, others = small(buffer=buffer), clips(2, 16), clips(2, 16, seed=1)
    alone = network(videos)
    for before in (others, clips(2, 48, seed=2)):
        network(before)
        assert torch.equal(network(videos), alone)
    network.step(others)
    assert torch.equal(network.step(videos)[0], alone)
    weights = copy.deepcopy(network.state_dict())
    network(others)
    assert all(torch.equal(value, weights[key]) for key, value in network.state_dict().items())
    held = [value for part in network.modules() for value in vars(part).values() if isinstance(value, Tensor)]
    assert held == []


@both_buffers
def test_two_streams_that_take_turns_never_mix(buffer):
    network, one, other = small(buffer=buffer), clips(2, 48), clips(1, 48, seed=1)
    apart = subclip_after_subclip(network, one)[-1], subclip_after_subclip(network, other)[-1]
    states = [None, None]
    for part in range(3):
        cut = slice(16 * part, 16 * part + 16)
        first, states[0] = network.step(one[:, :, cut], states[0])
        second, states[1] = network.step(other[:, :, cut], states[1])
    assert torch.equal(first, apart[0])
    assert torch.equal(second, apart[1])


@both_buffers
def test_a_video_is_answered_the_same_whoever_shares_its_batch(buffer):
    network, videos = small(buffer=buffer).double(), clips(3, 32).double()
    for video in range(3):
        torch.testing.assert_close(network(videos)[video], network(videos[video : video + 1])[0], rtol=0, atol=1e-10)


@both_buffers
@pytest.mark.parametrize("mode", [True, False], ids=["training", "evaluation"])
def test_a_smaller_last_batch_is_answered(buffer, mode):
    # the released buffer had the size of the batch before
    network = small(buffer=buffer).train(mode)
    for videos in (4, 4, 3, 2):
        output = network(clips(videos, 32))
        logits = output.each[:, -1] if isinstance(output, SubclipLogits) else output
        assert logits.shape == (videos, CLASSES)


@both_buffers
def test_answers_do_not_move_with_later_subclips(buffer):
    network, videos = small(buffer=buffer), clips(1, 48)
    other = videos.clone()
    other[:, :, 32:] += 1
    before, after = subclip_after_subclip(network, videos), subclip_after_subclip(network, other)
    assert [torch.equal(a, b) for a, b in zip(before, after, strict=True)] == [True, True, False]


@both_buffers
def test_each_subclip_or_the_last_one_is_trained(buffer):
    videos, labels = clips(4, 32), torch.tensor([0, 1, 2, 3])
    each, last = (small(buffer=buffer, loss_on=loss, dropout=0.0).train() for loss in ("each", "last"))
    output, logits = each(videos), last(videos)
    assert isinstance(output, SubclipLogits)
    assert output.each.shape == (4, 2, CLASSES)
    assert torch.equal(output.each[:, -1], logits)
    functional.cross_entropy(output.each.flatten(0, 1), labels.repeat_interleave(2)).backward()
    assert [name for name, value in each.named_parameters() if value.grad is None or not value.grad.any()] == []
    assert isinstance(each(videos[:, :, :16]), Tensor)
    assert isinstance(each.eval()(videos), Tensor)


@both_buffers
def test_no_gradient_reaches_an_earlier_subclip(buffer):
    network, videos = small(buffer=buffer, loss_on="last").train(), clips(2, 32).requires_grad_()
    network(videos).square().sum().backward()
    assert not videos.grad[:, :, :16].any()
    assert videos.grad[:, :, 16:].any()


def test_a_step_of_another_length_is_refused():
    network = small()
    _, state = network.step(clips(1, 16))
    with pytest.raises(ModelError, match=r"found a step of 17 frames; collect 16 of them$"):
        network.step(clips(1, 17), state)
    with pytest.raises(ModelError, match=r"found a step of 4 frames; .* fewer only at the start of a video"):
        network.step(clips(1, 4), state)
    with pytest.raises(ModelError, match=r"found a step of 0 frames; collect 16 of them$"):
        network.step(clips(1, 16)[:, :, :0])


@both_buffers
def test_the_state_of_other_videos_or_of_another_network_is_refused(buffer):
    network, videos = small(buffer=buffer), clips(2, 16)
    foreign = "raw" if buffer == "feature" else "feature"
    states = [
        network.step(clips(3, 16))[1],
        network.step(clips(2, 16, side=48))[1],
        small(buffer=buffer).double().step(videos.double())[1],
        small(buffer=foreign).step(videos)[1],
    ]
    for state in states:
        with pytest.raises(ModelError, match="the state holds frames of shape"):
            network.step(videos, state)
