import torch
from torch import nn

from netwright.models.inception import Inception, InceptionWidths


def test_the_branches_are_joined_in_the_order_of_the_paper():
    torch.manual_seed(0)
    widths = InceptionWidths(2, 3, 4, 1, 5, 6)
    module = Inception(3, widths, lambda i, o, k: nn.Conv2d(i, o, k, padding=k // 2))
    x = torch.randn(2, 3, 9, 7)
    y = module(x)
    assert y.shape == (2, widths.total, 9, 7)
    assert widths.total == 17
    torch.testing.assert_close(y[:, :2], module.point(x))
    torch.testing.assert_close(y[:, 2:6], module.middle(x))
    torch.testing.assert_close(y[:, 6:11], module.wide(x))
    torch.testing.assert_close(y[:, 11:], module.pooled(x))


def test_the_kernel_of_the_third_branch_can_be_chosen():
    sides = [
        Inception(3, InceptionWidths(1, 1, 1, 1, 1, 1), lambda i, o, k: nn.Conv2d(i, o, k, padding=k // 2), kernel)
        .wide[1]
        .kernel_size
        for kernel in (3, 5)
    ]
    assert sides == [(3, 3), (5, 5)]


def test_times_rounds_and_keeps_one_channel():
    assert InceptionWidths(64, 96, 128, 16, 32, 32).times(0.01) == InceptionWidths(1, 1, 1, 1, 1, 1)
    assert InceptionWidths(64, 96, 128, 16, 32, 32).times(0.25) == InceptionWidths(16, 24, 32, 4, 8, 8)
