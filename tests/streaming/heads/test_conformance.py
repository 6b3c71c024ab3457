"""What every head keeps to, whatever the chunks are, and what each of them is."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netwright.records.errors import InputError
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.exponential import Exponential
from netwright.streaming.heads.head import Head
from netwright.streaming.heads.maximum import Maximum
from netwright.streaming.heads.reset import Reset
from netwright.streaming.heads.window import Window
from netwright.streaming.piece import Kept

HEADS: dict[str, Head] = {
    "cumulative": Cumulative(),
    "maximum": Maximum(),
    "window of 1": Window(1),
    "window of 7": Window(7),
    "half-life 0.3": Exponential(0.3),
    "half-life 20": Exponential(20),
    "reset of each video": Reset(lambda x: x[:, 0] > 1),
    "reset of all videos": Reset(lambda x: x.amax() > 2.5),
    "reset at every 5th": Reset(5),
}


def make_features(positions: int, seed: int, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(positions, 2, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def follow(head: Head, features: Tensor, chunks: list[int]) -> list[Tensor]:
    kept, told = Kept(), []
    for chunk in features.split(chunks):
        summary, kept = head.update(chunk, kept)
        told.append(summary)
    return told


@pytest.mark.parametrize("name", HEADS)
@given(chunks=st.lists(st.integers(1, 40), min_size=1, max_size=6), seed=st.integers(0, 99))
@settings(max_examples=30)
def test_chunks_change_no_bit_and_the_twin_agrees(name, chunks, seed):
    head, features = HEADS[name], make_features(sum(chunks), seed)
    summaries = follow(head, features, chunks)
    one_by_one = follow(head, features, [1] * len(features))
    arrived = 0
    for summary, new in zip(summaries, chunks, strict=True):
        arrived += new
        assert torch.equal(summary, one_by_one[arrived - 1])
        assert float((summary - head.offline(features[:arrived])).abs().max()) <= 1e-12


@pytest.mark.parametrize("name", HEADS)
@given(chunks=st.lists(st.integers(1, 9), min_size=1, max_size=5), seed=st.integers(0, 99))
@settings(max_examples=20)
def test_a_step_changes_nothing_but_returns_a_new_state(name, chunks, seed):
    head, features = HEADS[name], make_features(sum(chunks), seed, torch.float32)
    kept, arrived = Kept(), 0
    for chunk in features.split(chunks):
        before = [tensor.clone() for tensor in kept.tensors]
        summary, later = head.update(chunk.clone(), kept)
        again, _ = head.update(chunk.clone(), kept)
        assert torch.equal(summary, again)
        assert summary.dtype == torch.float32
        assert all(map(torch.equal, kept.tensors, before))
        held = [tensor.clone() for tensor in later.tensors]
        summary.fill_(torch.nan)
        assert all(map(torch.equal, held, later.tensors))
        arrived += len(chunk)
        # a slice of a longer tensor would keep all of it in memory
        assert all(tensor.untyped_storage().nbytes() == tensor.nbytes for tensor in later.tensors)
        assert sum(tensor.numel() for tensor in later.tensors if tensor.is_floating_point()) == 6 * head.held(arrived)
        kept = later


@pytest.mark.parametrize("name", HEADS)
def test_no_gradient_is_kept(name):
    features = make_features(4, 0).requires_grad_(True)
    _, kept = HEADS[name].update(features, Kept())
    assert not any(tensor.requires_grad for tensor in kept.tensors)


@pytest.mark.parametrize("name", HEADS)
def test_the_videos_of_a_batch_do_not_mix(name):
    if name == "reset of all videos":
        return
    features, head = make_features(23, 3), HEADS[name]
    both = follow(head, features, [5, 9, 9])[-1]
    for video in range(2):
        alone = follow(head, features[:, video : video + 1], [5, 9, 9])[-1]
        assert torch.equal(alone[0], both[video])


def test_at_the_end_of_a_clip_the_cumulative_mean_is_the_global_pool():
    clip = torch.rand(2, 3, 17, 1, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = follow(Cumulative(), clip.movedim(2, 0), [3, 14])[-1]
    assert torch.allclose(found, functional.adaptive_avg_pool3d(clip, 1)[:, :, 0], rtol=0, atol=1e-15)
    highest = follow(Maximum(), clip.movedim(2, 0), [3, 14])[-1]
    assert torch.equal(highest, functional.adaptive_max_pool3d(clip, 1)[:, :, 0])


def test_a_cumulative_mean_of_single_precision_keeps_its_digits_over_an_hour():
    kept = Kept()
    for _ in range(27):
        summary, kept = Cumulative().update(torch.full((4000, 1, 1), 0.1), kept)
    assert summary.item() == torch.tensor(0.1).item()
    assert kept.counts == (108_000,)


@given(st.integers(1, 12), st.integers(1, 30))
def test_a_window_is_the_mean_of_its_last_positions(width, positions):
    features = torch.arange(float(positions)).double()[:, None, None]
    last = list(range(positions))[-width:]
    assert follow(Window(width), features, [1] * positions)[-1].item() == pytest.approx(sum(last) / len(last))


@given(st.floats(0.05, 1e6), st.integers(1, 30))
def test_an_exponential_mean_is_the_sum_that_defines_it(half_life, positions):
    features = torch.arange(float(positions)).double()[:, None, None] + 1
    weights = [2 ** (-(positions - 1 - index) / half_life) for index in range(positions)]
    wanted = sum(weight * (index + 1) for index, weight in enumerate(weights)) / sum(weights)
    assert follow(Exponential(half_life), features, [1] * positions)[-1].item() == pytest.approx(wanted, rel=1e-9)


def test_early_exponential_means_are_not_drawn_to_zero():
    told = follow(Exponential(1e300), torch.full((5, 1, 1), 3.0).double(), [1, 2, 2])
    assert [summary.item() for summary in told] == [3, 3, 3]


def test_a_decay_is_a_half_life():
    assert Exponential.from_decay(0.9).decay == pytest.approx(0.9, rel=1e-15)


def test_a_mean_starts_anew_with_the_position_of_the_event():
    features = torch.tensor([[1.0, 1.0], [3.0, 9.0], [9.0, 5.0], [5.0, 3.0]]).double()[..., None]
    told = follow(Reset(lambda x: x[:, 0] == 9), features, [1, 1, 1, 1])
    assert [summary.flatten().tolist() for summary in told] == [[1, 1], [2, 9], [9, 7], [7, 17 / 3]]


MEANINGLESS = [
    lambda: Window(0),
    lambda: Exponential(0),
    lambda: Exponential(torch.inf),
    lambda: Exponential.from_decay(1.0),
    lambda: Exponential.from_decay(0.0),
    lambda: Reset(0),
]


@pytest.mark.parametrize("make", MEANINGLESS)
def test_settings_without_a_meaning_are_refused(make):
    with pytest.raises(InputError, match=r"found .*take "):
        make()


def test_a_mean_starts_anew_at_every_third_position():
    told = follow(Reset(3), torch.arange(8.0)[:, None, None], [1] * 8)
    assert [summary.item() for summary in told] == [0, 0.5, 1, 3, 3.5, 4, 6, 6.5]


def test_an_event_of_another_shape_is_named():
    with pytest.raises(InputError, match=r"answers \(2, 3\) for the features \(2, 3\) of one position"):
        Reset(lambda x: x > 0).update(make_features(1, 0), Kept())
