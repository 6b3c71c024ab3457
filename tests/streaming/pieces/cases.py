"""Every kind of piece, with any settings it can have and what goes into it."""

from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.exponential import Exponential
from netwright.streaming.heads.maximum import Maximum
from netwright.streaming.heads.reset import Reset
from netwright.streaming.heads.window import Window as Last
from netwright.streaming.piece import Piece
from netwright.streaming.pieces.average import Average
from netwright.streaming.pieces.every import Every
from netwright.streaming.pieces.framewise import Framewise
from netwright.streaming.pieces.join import Join
from netwright.streaming.pieces.last_frames import LastFrames
from netwright.streaming.pieces.latest import Latest
from netwright.streaming.pieces.latest_join import LatestJoin
from netwright.streaming.pieces.prepend import Prepend
from netwright.streaming.pieces.running_maximum import RunningMaximum
from netwright.streaming.pieces.running_mean import RunningMean
from netwright.streaming.pieces.running_sum import RunningSum
from netwright.streaming.pieces.shorten import Shorten
from netwright.streaming.pieces.window import Window, causal_left


@dataclass(frozen=True)
class Case:
    """A piece and what goes into it: for each input, the shape of one frame and where time stands in it."""

    piece: Piece
    inputs: tuple[tuple[tuple[int, ...], int], ...] = (((2, 3), 2),)
    output_axis: int = 2
    newest: bool = False  # the output is one value that is replaced by the next
    values: bool = False  # and so are the inputs


@st.composite
def extents(draw) -> tuple[int, int, int, int, int, int]:
    """(kt, dilation, kernel, stride, left, right), causal or with the padding of the network itself."""
    kt, dilation, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 7))
    kernel = (kt - 1) * dilation + 1
    padding = draw(st.integers(0, kernel - 1))
    left, right = draw(st.sampled_from([(causal_left(kernel, stride, padding), 0), (padding, padding)]))
    return kt, dilation, kernel, stride, left, right


@st.composite
def convolutions(draw) -> Case:
    kt, dilation, kernel, stride, left, right = draw(extents())
    random = torch.Generator().manual_seed(draw(st.integers(0, 99)))
    weight = torch.randn(4, 3, kt, 2, 2, generator=random, dtype=torch.float64)

    def apply(x: Tensor) -> Tensor:
        return functional.conv3d(x, weight.to(x), stride=(stride, 1, 1), dilation=(dilation, 1, 1), padding=(0, 1, 0))

    fill = draw(st.sampled_from([0.0, 0.5]))
    return Case(Window(apply, 2, kernel, stride, left, right, fill), (((2, 3, 3, 2), 2),))


@st.composite
def maximum_pools(draw) -> Case:
    kt, dilation, kernel, stride, left, right = draw(extents())

    def apply(x: Tensor) -> Tensor:
        return functional.max_pool1d(x, kt, stride, dilation=dilation)

    return Case(Window(apply, 2, kernel, stride, left, right, -torch.inf))


@st.composite
def average_pools(draw) -> Case:
    _, _, kernel, stride, left, right = draw(extents())

    def apply(x: Tensor) -> Tensor:
        return functional.avg_pool3d(x, (kernel, 2, 1), (stride, 1, 1), (0, 1, 0), count_include_pad=False)

    return Case(Average(apply, 2, kernel, stride, left, right), (((2, 3, 3, 2), 2),))


@st.composite
def joins(draw) -> Case:
    # the second input has time where a network for single frames has its batch
    aligned = draw(st.sampled_from([lambda x, y: x + y.movedim(0, 2), lambda x, y: torch.cat((x, y.movedim(0, 2)), 1),
                                    lambda x, y: x.mul_(2).add_(y.movedim(0, 2))]))  # fmt: skip
    return Case(Join(aligned, (2, 0)), (((2, 3), 2), ((2, 3), 0)))


def heads() -> st.SearchStrategy[Case]:
    fixed = st.sampled_from([Cumulative(), Maximum(), Exponential(2.5), Reset(lambda x: x[:, 0] > 1), Reset(4)])
    head = st.one_of(fixed, st.integers(1, 6).map(Last))
    return st.builds(lambda head, keep: Case(Latest(head, 2, keep), newest=True), head, st.booleans())


small = st.integers(0, 4)
KINDS: dict[str, st.SearchStrategy[Case]] = {
    "convolution": convolutions(),
    "maximum pool": maximum_pools(),
    "average pool": average_pools(),
    "framewise": st.sampled_from(
        [Case(Framewise(torch.tanh)), Case(Framewise(lambda x: x.transpose(1, 2)), output_axis=1)]
    ),
    "every": st.builds(lambda stride, start: Case(Every(2, stride, start)), st.integers(1, 6), st.integers(0, 8)),
    "shorten": st.builds(lambda front, back: Case(Shorten(2, front, back)), small, small),
    "prepend": st.builds(lambda before, after: Case(Prepend(2, before, after, 0.5)), small, small),
    "join": joins(),
    "running mean": st.just(Case(RunningMean(2))),
    "running sum": st.just(Case(RunningSum(2))),
    "running maximum": st.just(Case(RunningMaximum(2))),
    "latest": heads(),
    "latest join": st.just(
        Case(LatestJoin(lambda x, y: x.mul_(2).add_(y), 2), (((2, 3), 0),) * 2, newest=True, values=True)
    ),
    "last frames": st.builds(lambda frames: Case(LastFrames(2, frames), newest=True), st.integers(1, 6)),
}
