"""Windows over time: the rule of causal padding, and the stream against the sum that defines it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from netwright.records.errors import InputError, ModelError
from netwright.streaming.piece import Kept
from netwright.streaming.pieces.window import Window, causal_left


@st.composite
def operations(draw) -> tuple[int, int, int, int]:
    """(kt, dilation, stride, padding), with a padding below the window's extent."""
    kt, dilation, stride = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 20))
    return kt, dilation, stride, draw(st.integers(0, (kt - 1) * dilation))


def streamed(piece: Window, whole: Tensor, chunks: list[int]) -> Tensor | None:
    """What a stream puts out in chunks of these sizes, then of the rest, then at the end of the video."""
    kept, outputs, start = Kept(), [], 0
    for size in [*chunks, whole.shape[2]]:
        chunk = whole[:, :, start : start + size]
        start += size
        output, kept = piece.step((chunk if chunk.numel() else None,), kept, last=False)
        outputs.append(output)
    outputs.append(piece.step((None,), kept, last=True)[0])
    known = [output for output in outputs if output is not None]
    return torch.cat(known, 2) if known else None


@given(operations())
def test_the_phase_stays_within_a_stride(operation):
    kt, dilation, stride, padding = operation
    kernel = (kt - 1) * dilation + 1
    left = causal_left(kernel, stride, padding)
    assert padding <= left < kernel
    assert 0 <= kernel - 1 - left <= stride - 1


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "left"),
    [(3, 1, 1, 2), (3, 2, 1, 1), (2, 2, 0, 0), (3, 2, 0, 1), (7, 2, 3, 5), (1, 4, 0, 0), (3, 8, 1, 1), (5, 1, 4, 4)],
)
def test_the_padding_before_a_video(kernel, stride, padding, left):
    assert causal_left(kernel, stride, padding) == left


@given(operations(), st.lists(st.integers(1, 12), max_size=6), st.integers(1, 60), st.integers(0, 99))
@settings(max_examples=100)
def test_a_causal_convolution_is_the_sum_that_defines_it(operation, chunks, frames, seed):
    kt, dilation, stride, padding = operation
    kernel = (kt - 1) * dilation + 1
    left, pad = causal_left(kernel, stride, padding), 0.25
    random = torch.Generator().manual_seed(seed)
    weight, x = (torch.randn(shape, generator=random).double() for shape in ((1, 1, kt), (2, 1, frames)))
    piece = Window(
        lambda z: functional.conv1d(z, weight, stride=stride, dilation=dilation), 2, kernel, stride, left, 0, pad
    )
    wanted, phase = [], kernel - 1 - left
    for ready in range(phase, frames, stride):
        total = torch.zeros(2, dtype=torch.float64)
        for i in range(kt):
            at = ready - (kt - 1 - i) * dilation
            total += weight[0, 0, i] * (x[:, 0, at] if at >= 0 else pad)
        wanted.append(total)
    found = streamed(piece, x, chunks)
    assert len(wanted) == piece.emitted((frames,), ended=False) == piece.emitted((frames,), ended=True)
    if found is None:
        assert not wanted
    else:
        assert torch.allclose(found[:, 0], torch.stack(wanted, 1), rtol=0, atol=1e-12)


@given(operations(), st.lists(st.integers(1, 12), max_size=6), st.integers(1, 60))
@settings(max_examples=60)
def test_with_its_own_padding_it_is_the_network_s_own_convolution(operation, chunks, frames):
    kt, dilation, stride, padding = operation
    kernel = (kt - 1) * dilation + 1
    weight = torch.linspace(-1, 1, 6 * kt).double().reshape(3, 2, kt)
    x = torch.linspace(-3, 5, 4 * frames).double().sin().reshape(2, 2, frames)
    piece = Window(
        lambda z: functional.conv1d(z, weight, stride=stride, dilation=dilation), 2, kernel, stride, padding, padding, 0
    )
    found = streamed(piece, x, chunks)
    if frames + 2 * padding < kernel:
        assert found is None
        with pytest.raises(InputError, match=f"window of {kernel} frames"):
            piece.offline((x,))
        return
    wanted = functional.conv1d(x, weight, stride=stride, dilation=dilation, padding=padding)
    assert torch.allclose(found, wanted, rtol=0, atol=1e-12)
    assert torch.equal(piece.offline((x,)), wanted)


@given(operations(), st.lists(st.integers(1, 12), max_size=6), st.integers(1, 60))
@settings(max_examples=60)
def test_with_its_own_padding_it_is_the_network_s_own_maximum(operation, chunks, frames):
    kt, dilation, stride, padding = operation
    kernel, padding = (kt - 1) * dilation + 1, min(padding, kt // 2)
    if frames + 2 * padding < kernel:
        return
    x = -torch.linspace(1, 9, 4 * frames).sin().abs().reshape(2, 2, frames) - 1

    def apply(z: Tensor) -> Tensor:
        return functional.max_pool1d(z, kt, stride, dilation=dilation)

    piece = Window(apply, 2, kernel, stride, padding, padding, -torch.inf)
    assert torch.equal(streamed(piece, x, chunks), functional.max_pool1d(x, kt, stride, padding, dilation))


def test_a_stride_beyond_the_window_skips_frames_without_keeping_them():
    piece = Window(lambda z: z[:, :, ::5], 2, kernel=1, stride=5, left=0, right=0, fill=0.0)
    kept, found = Kept(), []
    for frame in range(12):
        output, kept = piece.step((torch.full((1, 1, 1), float(frame)),), kept, last=False)
        found.append(None if output is None else output.item())
        assert kept.tensors == ()
    assert found == [0, None, None, None, None, 5, None, None, None, None, 10, None]


@given(operations(), st.integers(0, 200))
def test_the_frames_kept_stay_within_the_bound_that_is_told(operation, frames):
    kt, dilation, stride, padding = operation
    kernel = (kt - 1) * dilation + 1
    left = causal_left(kernel, stride, padding)
    piece = Window(lambda z: z, 2, kernel, stride, left, 0, 0.0)
    assert piece.held((frames,))[0] <= max(left, kernel - 1)


@pytest.mark.parametrize(("left", "right", "stride"), [(3, 0, 1), (0, 3, 1), (-1, 0, 1), (0, 0, 0)])
def test_windows_of_padding_alone_are_refused(left, right, stride):
    with pytest.raises(ModelError, match="take a padding of 0 to 2 frames"):
        Window(lambda z: z, 2, 3, stride, left, right, 0.0)


def test_a_long_clip_in_single_precision_stays_close():
    convolution = torch.nn.Conv3d(3, 4, (3, 3, 3), padding=(0, 1, 1))
    piece = Window(convolution, 2, 3, 1, 2, 0, 0.0)
    clip = torch.rand(2, 3, 300, 4, 4, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found, wanted = streamed(piece, clip, [1] * 20 + [7] * 30), piece.offline((clip,))
    assert float((found - wanted).abs().max()) <= 1e-5
