"""Slices of time and the refusals of those that no stream can take."""

import pytest
import torch

from netwright.records.errors import InputError, ModelError
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.piece import Kept
from netwright.streaming.pieces.every import Every
from netwright.streaming.pieces.join import Join
from netwright.streaming.pieces.last_frames import LastFrames
from netwright.streaming.pieces.latest import Latest
from netwright.streaming.pieces.latest_join import LatestJoin
from netwright.streaming.pieces.prepend import Prepend
from netwright.streaming.pieces.shorten import Shorten

ONE_BY_ONE = [torch.tensor([float(frame)]) for frame in range(8)]


def answers(piece) -> list[list[float] | None]:
    """What a piece answers to frames 0 to 7, one at a time, and then to the end."""
    kept, told = Kept(), []
    for index in range(len(ONE_BY_ONE) + 1):
        chunk = ONE_BY_ONE[index] if index < len(ONE_BY_ONE) else None
        output, kept = piece.step((chunk,), kept, chunk is None)
        told.append(None if output is None else output.tolist())
    return told


def test_every_third_from_the_second_on():
    assert answers(Every(0, 3, 2)) == [None, None, [2], None, None, [5], None, None, None]


def test_a_frame_is_held_back_until_it_is_known_not_to_be_the_last():
    assert answers(Shorten(0, 1, 2)) == [None, None, None, [1], [2], [3], [4], [5], None]


def test_padding_stands_before_the_first_and_behind_the_last():
    assert answers(Prepend(0, 2, 1, -1.0)) == [[-1, -1, 0], [1], [2], [3], [4], [5], [6], [7], [-1]]


def test_the_last_three_frames():
    told = answers(LastFrames(0, 3))
    assert told == [None, None, [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6], [5, 6, 7], None]


def test_a_summary_is_told_once_a_step():
    assert answers(Latest(Cumulative(), 0, keep_dim=True)) == [[0], [0.5], [1], [1.5], [2], [2.5], [3], [3.5], None]


def test_a_join_waits_for_the_input_that_is_behind():
    join, kept = Join(torch.sub, (0, 0)), Kept()
    steps = [((0, 1, 2), None), (None, (10,)), ((3,), (11, 12)), (None, (13, 14)), (None, None)]
    told = []
    for step in steps:
        chunks = tuple(None if part is None else torch.tensor(part) for part in step)
        output, kept = join.step(chunks, kept, last=False)
        told.append((None if output is None else output.tolist(), [len(tensor) for tensor in kept.tensors]))
    assert told == [(None, [3]), ([-10], [2]), ([-10, -10], [1]), ([-10], [1]), (None, [1])]


def test_a_function_that_writes_into_its_input_leaves_what_waits_as_it_was():
    join = Join(lambda x, y: x.mul_(100).add_(y), (0, 0))
    _, kept = join.step((torch.tensor([1.0, 2.0]), None), Kept(), last=False)
    first, _ = join.step((None, torch.tensor([5.0])), kept, last=False)
    again, _ = join.step((None, torch.tensor([5.0])), kept, last=False)
    assert first.tolist() == again.tolist() == [105]
    assert kept.tensors[0].tolist() == [1, 2]


def test_of_two_summaries_each_counts_with_what_it_was_last():
    join, kept = LatestJoin(lambda x, y: 10 * x + y, 2), Kept()
    told = []
    for step in [(None, 1), (None, 2), (3, None), (4, 5), (None, None), (None, 6)]:
        chunks = tuple(None if value is None else torch.tensor(value) for value in step)
        output, kept = join.step(chunks, kept, last=False)
        told.append(None if output is None else output.item())
    assert told == [None, None, 32, 45, None, 46]


REFUSED = [
    lambda: Every(0, 0),
    lambda: Every(0, -1),
    lambda: Every(0, 2, -3),
    lambda: Shorten(0, -1, 0),
    lambda: Shorten(0, 0, -1),
    lambda: LastFrames(0, 0),
    lambda: Prepend(0, -1, 0, 0.0),
    lambda: Prepend(0, 0, -1, 0.0),
]


@pytest.mark.parametrize("make", REFUSED)
def test_slices_that_no_stream_can_take_are_refused(make):
    with pytest.raises(ModelError, match=r"found .*: "):
        make()


@pytest.mark.parametrize(("piece", "wanted"), [(Every(0, 2, 5), 6), (Shorten(0, 3, 2), 6), (LastFrames(0, 6), 6)])
def test_a_clip_that_is_too_short_is_named(piece, wanted):
    with pytest.raises(InputError, match=rf"found 5 frames .* from {wanted} on: hand in a longer clip"):
        piece.offline((torch.zeros(5),))
    assert piece.emitted((5,), ended=True) == 0
    assert len(piece.offline((torch.zeros(6),)))
