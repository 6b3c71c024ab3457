"""What every piece of a stream keeps to, whatever the chunks are."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.streaming.pieces.cases import KINDS, Case
from torch import Tensor

from netwright.records.errors import InputError
from netwright.streaming.piece import Kept

TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5}

Arrivals = list[tuple[int, ...]]


@st.composite
def videos(draw, kind: str) -> tuple[Case, list[Tensor], Arrivals]:
    """A piece, its whole inputs and how many frames of each arrive at each step, none of them included."""
    case = draw(KINDS[kind])
    dtype = draw(st.sampled_from([torch.float64, torch.float32]))
    sizes = st.sampled_from([0, 1, 1, 2, 3, 5, 9, 30])
    arrivals = draw(st.lists(st.tuples(*[sizes] * len(case.inputs)), min_size=1, max_size=8))
    random = torch.Generator().manual_seed(draw(st.integers(0, 999)))
    wholes = []
    for index, (shape, axis) in enumerate(case.inputs):
        total = sum(step[index] for step in arrivals)
        full = (*shape[:axis], total, *shape[axis:])
        wholes.append(torch.randn(full, generator=random, dtype=torch.float64).to(dtype))
    return case, wholes, arrivals


def part(
    case: Case, wholes: list[Tensor], first: tuple[int, ...], counts: tuple[int, ...]
) -> tuple[Tensor | None, ...]:
    """The frames that a caller hands in: copies, None where there are none. A value is the last of them alone."""
    cut = [
        whole.narrow(axis, start, count).clone() if count else None
        for whole, (_, axis), start, count in zip(wholes, case.inputs, first, counts, strict=True)
    ]
    return tuple(None if x is None else x[-1].clone() for x in cut) if case.values else tuple(cut)


def offline(case: Case, wholes: list[Tensor], arrived: tuple[int, ...]) -> Tensor | None:
    """The offline run on the first frames; None where they are too few to have an output."""
    begun = part(case, wholes, (0,) * len(arrived), arrived)
    if any(whole is None for whole in begun):
        return None
    try:
        return case.piece.offline(begun)
    except InputError:
        return None


def added(arrived: tuple[int, ...], counts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(before + new for before, new in zip(arrived, counts, strict=True))


def assert_equal(found: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(found, wanted, rtol=0, atol=TOLERANCE[wanted.dtype])


def run(case: Case, wholes: list[Tensor], arrivals: Arrivals, ends: bool, after: Callable[..., None]) -> Tensor | None:
    """Return what a stream puts out in all, calling `after` (arrived, output, kept) after each step."""
    kept, arrived, outputs = Kept(), (0,) * len(wholes), []
    for index, counts in enumerate(arrivals):
        chunks = part(case, wholes, arrived, counts)
        output, kept = case.piece.step(chunks, kept, ends and index == len(arrivals) - 1)
        arrived = added(arrived, counts)
        if output is not None:
            assert output.numel()
            outputs.append(output.clone())
        after(arrived, output, kept)
        # the caller may write into what was handed in and out: nothing that is kept may change with it
        for tensor in (*chunks, output):
            if tensor is not None:
                tensor.fill_(torch.nan)
    if not outputs:
        return None
    return outputs[-1] if case.newest else torch.cat(outputs, case.output_axis)


def ignore(*_: object) -> None:
    return


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_the_stream_equals_its_offline_run_at_every_step(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    count = [0]

    def check(arrived: tuple[int, ...], output: Tensor | None, kept: Kept) -> None:
        new = 0 if output is None else 1 if case.newest else output.shape[case.output_axis]
        count[0] = max(count[0], new) if case.newest else count[0] + new
        assert count[0] == case.piece.emitted(arrived, ended=False)
        wanted = offline(case, wholes, arrived)
        if output is None:
            return
        assert wanted is not None
        if case.newest:
            assert_equal(output, wanted)
        else:
            assert_equal(output, wanted.narrow(case.output_axis, count[0] - new, new))

    run(case, wholes, arrivals, ends=False, after=check)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=40)
def test_at_its_end_all_of_the_offline_run_was_put_out(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    arrived = tuple(map(sum, zip(*arrivals, strict=True)))
    found = run(case, wholes, arrivals, ends=True, after=ignore)
    wanted = offline(case, wholes, arrived)
    count = 0 if wanted is None else 1 if case.newest else wanted.shape[case.output_axis]
    assert count == case.piece.emitted(arrived, ended=True)
    if wanted is None or found is None:
        assert found is wanted is None
    else:
        assert_equal(found, wanted)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25)
def test_what_is_held_is_what_is_kept(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    sizes = [torch.Size(shape).numel() for shape, _ in case.inputs]

    def check(arrived: tuple[int, ...], output: Tensor | None, kept: Kept) -> None:
        numbers = sum(tensor.numel() for tensor in kept.tensors if tensor.is_floating_point())
        held = case.piece.held(arrived)
        assert numbers == sum(frames * size for frames, size in zip(held, sizes, strict=True))
        for tensor in kept.tensors:
            # a slice of a larger tensor would keep all of it in memory, and so would a gradient
            assert tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
            assert not tensor.requires_grad

    for whole in wholes:
        whole.requires_grad_(True)
    run(case, wholes, arrivals, ends=False, after=check)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25)
def test_later_frames_do_not_move_what_was_put_out(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    early = arrivals[: data.draw(st.integers(1, len(arrivals)))]
    seen = tuple(map(sum, zip(*early, strict=True)))
    arrived = tuple(map(sum, zip(*arrivals, strict=True)))
    count = case.piece.emitted(seen, ended=False)
    if case.newest or not count:
        return
    others = [whole.clone() for whole in wholes]
    for other, (_, axis), start in zip(others, case.inputs, seen, strict=True):
        other.narrow(axis, start, other.shape[axis] - start).add_(1.0)
    first, second = (offline(case, each, arrived).narrow(case.output_axis, 0, count) for each in (wholes, others))
    assert_equal(first, second)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25)
def test_a_step_can_be_taken_again(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    kept, arrived = Kept(), (0,) * len(wholes)
    for counts in arrivals:
        before = [tensor.clone() for tensor in kept.tensors]
        for last in (False, True):
            first, again = (case.piece.step(part(case, wholes, arrived, counts), kept, last) for _ in range(2))
            assert (first[0] is None) == (again[0] is None)
            assert first[0] is None or torch.equal(first[0], again[0])
            assert all(map(torch.equal, first[1].tensors, again[1].tensors))
            assert all(map(torch.equal, kept.tensors, before))
        _, kept = case.piece.step(part(case, wholes, arrived, counts), kept, last=False)
        arrived = added(arrived, counts)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=20)
def test_two_videos_never_mix(kind, data):
    case, wholes, arrivals = data.draw(videos(kind))
    videos_ = (wholes, [whole.flip(-1) * 3 + 1 for whole in wholes])
    kept, arrived = [Kept(), Kept()], (0,) * len(wholes)
    together: list[list[Tensor]] = [[], []]
    for counts in arrivals:
        for index, video in enumerate(videos_):
            output, kept[index] = case.piece.step(part(case, video, arrived, counts), kept[index], last=False)
            together[index] += [] if output is None else [output.clone()]
        arrived = added(arrived, counts)
    for index, video in enumerate(videos_):
        alone = run(case, video, arrivals, ends=False, after=ignore)
        mixed = together[index]
        assert (alone is None) == (not mixed)
        if alone is not None:
            assert torch.equal(mixed[-1] if case.newest else torch.cat(mixed, case.output_axis), alone)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=10)
def test_nothing_is_put_out_before_the_first_frame(kind, data):
    case = data.draw(KINDS[kind])
    nothing = (0,) * len(case.inputs)
    for last in (False, True):
        assert case.piece.step((None,) * len(case.inputs), Kept(), last) == (None, Kept())
        assert case.piece.emitted(nothing, last) == 0
    assert sum(case.piece.held(nothing)) == 0
