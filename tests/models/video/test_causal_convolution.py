import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.video.causal_convolution import CausalConvolution, with_past
from netwright.records.errors import ModelError

kernels, strides = st.integers(1, 4), st.integers(1, 3)


def layer(kernel: int, stride: int, padding: int = 0, groups: int = 1) -> CausalConvolution:
    return CausalConvolution(2, 4, (kernel, 3, 3), (stride, 2, 2), padding=padding, groups=groups).double()


def clip(frames: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, 2, frames, 5, 6, generator=generator, dtype=torch.float64)


def frame_by_frame(module: CausalConvolution, x: Tensor, left: int, stride: int) -> list[Tensor]:
    # each output frame as a sum of 2D convolutions of the frames that it reads
    weight = module.convolution.weight
    outputs, n = [], 0
    while n * stride - left + weight.shape[2] <= x.shape[2]:
        read = [(i, n * stride - left + i) for i in range(weight.shape[2])]
        terms = [
            functional.conv2d(x[:, :, t], weight[:, :, i], stride=2, padding=1, groups=module.convolution.groups)
            for i, t in read
            if t >= 0
        ]
        outputs.append(torch.stack(terms).sum(0))
        n += 1
    return outputs


@settings(max_examples=60)
@given(
    kernel=kernels, stride=strides, padding=st.integers(0, 3), frames=st.integers(1, 9), groups=st.sampled_from((1, 2))
)
def test_it_is_a_sum_over_frames_of_which_none_is_later_than_the_stride_allows(kernel, stride, padding, frames, groups):
    assume(padding < kernel)
    left = max(padding, kernel - stride)
    assume(frames + left >= kernel)
    module, x = layer(kernel, stride, padding, groups), clip(frames)
    expected = frame_by_frame(module, x, left, stride)
    torch.testing.assert_close(module(x), torch.stack(expected, dim=2), rtol=0, atol=1e-12)
    assert all(n * stride - left + kernel - 1 <= n * stride + stride - 1 for n in range(len(expected)))


@settings(max_examples=40)
@given(kernel=kernels, stride=strides, outputs=st.integers(2, 4), data=st.data())
def test_frames_to_come_do_not_move_an_output_and_those_that_are_due_do(kernel, stride, outputs, data):
    module, x = layer(kernel, stride), clip(stride * outputs)
    n = data.draw(st.integers(0, outputs - 2))
    ready = n * stride + kernel - module.past
    before, other = module(x), x.clone()
    other[:, :, ready:] += 1
    assert torch.equal(module(other)[:, :, : n + 1], before[:, :, : n + 1])
    other[:, :, ready - 1] += 1
    assert not torch.equal(module(other)[:, :, n], before[:, :, n])


@settings(max_examples=40)
@given(kernel=st.integers(1, 4), stride=strides, first=st.integers(1, 3), second=st.integers(1, 3))
def test_two_halves_are_the_whole_where_the_second_is_given_the_end_of_the_first(kernel, stride, first, second):
    assume(kernel >= stride)
    module, x = layer(kernel, stride), clip((first + second) * stride)
    assume(module.past <= first * stride)
    cut = first * stride
    past = x[:, :, cut - module.past : cut]
    halves = torch.cat([module(x[:, :, :cut]), module(x[:, :, cut:], past)], dim=2)
    torch.testing.assert_close(halves, module(x), rtol=0, atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
def test_symmetric_padding_reads_a_future_frame_at_stride_1_only(stride):
    # the released network pads its depthwise convolutions by 1 on both sides
    symmetric = nn.Conv3d(2, 2, 3, stride, padding=1, groups=2, bias=False)
    causal = CausalConvolution(2, 2, (3, 3, 3), (stride,) * 3, padding=1, groups=2)
    causal.convolution.load_state_dict(symmetric.state_dict())
    x = clip(8).float()
    later = x.clone()
    later[:, :, 4:] += 1
    settled = 4 // stride
    assert torch.equal(causal(x)[:, :, :settled], causal(later)[:, :, :settled])
    assert torch.equal(symmetric(x)[:, :, :settled], symmetric(later)[:, :, :settled]) == (stride == 2)
    # the weights keep their alignment: the same frames are read at stride 2, and one frame earlier at stride 1
    late = 2 - stride
    expected = symmetric(x)[:, :, : 8 // stride - late]
    torch.testing.assert_close(causal(x)[:, :, late:], expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    "past",
    [
        torch.zeros(1, 2, 1, 5, 6, dtype=torch.float64),
        torch.zeros(2, 3, 1, 5, 6, dtype=torch.float64),
        torch.zeros(2, 2, 2, 5, 6, dtype=torch.float64),
        torch.zeros(2, 2, 1, 5, 5, dtype=torch.float64),
        torch.zeros(2, 2, 1, 5, 6),
    ],
    ids=["batch", "channels", "frames", "width", "type"],
)
def test_the_past_of_another_clip_is_refused(past):
    with pytest.raises(ModelError, match=r"the state holds frames of shape .* pass what the step before returned"):
        with_past(clip(3), past, 1)
