import torch

from netwright.models.layout import ChannelsLast


def test_values_stay_and_channels_lie_side_by_side():
    x = torch.randn(2, 3, 4, 5, requires_grad=True)
    y = ChannelsLast()(x)
    assert torch.equal(x, y)
    assert y.is_contiguous(memory_format=torch.channels_last)
    y.sum().backward()
    assert torch.equal(x.grad, torch.ones_like(x))
