import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from netwright.models.video.same_padding import same_padding


def by_rule(x: torch.Tensor, kernel: int, stride: int) -> torch.Tensor:
    """TensorFlow's rule: the zeros that ceil(n / s) windows need, the smaller half before."""
    length = x.shape[2]
    total = max((-(-length // stride) - 1) * stride + kernel - length, 0)
    return functional.pad(x, (0, 0, 0, 0, total // 2, total - total // 2))


@given(kernel=st.integers(1, 7), stride=st.integers(1, 3), windows=st.integers(1, 5), odd=st.integers(0, 2))
def test_windows_are_those_of_the_rule_where_the_stride_divides(kernel, stride, windows, odd):
    kernel, odd = max(kernel, stride), min(odd, stride - 1)
    weight = torch.arange(1.0, kernel + 1).reshape(1, 1, kernel, 1, 1)
    x = torch.arange(1.0, windows * stride + 1).reshape(1, 1, -1, 1, 1)
    pad = same_padding((kernel, 1, 1), (stride, 1, 1))
    assert torch.equal(
        functional.conv3d(pad(x), weight, stride=(stride, 1, 1)),
        functional.conv3d(by_rule(x, kernel, stride), weight, stride=(stride, 1, 1)),
    )
    shorter = x[:, :, odd:]
    assert functional.conv3d(pad(shorter), weight, stride=(stride, 1, 1)).shape[2] == -(-shorter.shape[2] // stride)
