"""Average pools that leave padding out of the count."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from netwright.streaming.piece import Kept
from netwright.streaming.pieces.average import Average
from netwright.streaming.pieces.window import causal_left


@given(st.integers(1, 6), st.integers(1, 8), st.integers(1, 25), st.lists(st.integers(1, 6), max_size=5), st.data())
@settings(max_examples=80)
def test_with_its_own_padding_it_is_the_network_s_own_pool(kernel, stride, frames, chunks, data):
    padding = data.draw(st.integers(0, kernel // 2))
    frames += kernel  # PyTorch itself refuses clips that are shorter than the window
    x = torch.linspace(0, 9, 8 * frames).double().cos().reshape(2, 2, frames, 2)[..., None]
    piece = Average(
        lambda z: functional.avg_pool3d(z, (kernel, 2, 1), (stride, 1, 1), (0, 1, 0), count_include_pad=False),
        2, kernel, stride, padding, padding,
    )  # fmt: skip
    wanted = functional.avg_pool3d(x, (kernel, 2, 1), (stride, 1, 1), (padding, 1, 0), count_include_pad=False)
    kept, outputs, rest = Kept(), [], x
    for size in [*chunks, frames]:
        chunk, rest = rest[:, :, :size], rest[:, :, size:]
        output, kept = piece.step((chunk if chunk.numel() else None,), kept, last=False)
        outputs.append(output)
    outputs.append(piece.step((None,), kept, last=True)[0])
    found = torch.cat([output for output in outputs if output is not None], 2)
    assert torch.allclose(found, wanted, rtol=0, atol=1e-12)
    assert torch.allclose(piece.offline((x,)), wanted, rtol=0, atol=1e-12)


@given(st.integers(1, 6), st.integers(1, 8), st.integers(1, 25))
def test_a_causal_pool_is_the_mean_of_the_frames_that_are_there(kernel, stride, frames):
    left = causal_left(kernel, stride, 0)
    x = torch.arange(1.0, frames + 1).double().square()[None]
    piece = Average(lambda z: functional.avg_pool1d(z, kernel, stride), 1, kernel, stride, left, 0)
    found, _ = piece.step((x,), Kept(), last=True)
    ends = range(kernel - left, frames + 1, stride)
    wanted = [float(x[0, max(0, end - kernel) : end].mean()) for end in ends]
    if found is None:
        assert not wanted
    else:
        assert torch.allclose(found[0], torch.tensor(wanted, dtype=torch.float64), rtol=1e-14, atol=0)
