import pytest
import torch
from torch import nn

from netwright.models.video.mean_pool import MeanPool


@pytest.mark.parametrize("sides", [(3, 3), (4, 7), (28, 28)])
@pytest.mark.parametrize("frames", [1, 2])
def test_it_is_the_pool_of_the_released_code(sides, frames):
    x = torch.randn(2, 3, 5, *sides)
    assert torch.equal(MeanPool(frames)(x), nn.AvgPool3d((frames, 3, 3), (frames, 2, 2), (0, 1, 1))(x))


@pytest.mark.parametrize("sides", [(1, 1), (2, 2), (1, 6), (5, 2)])
def test_small_sides_are_a_corner_of_a_larger_map_of_zeros(sides):
    x = torch.randn(2, 3, 4, *sides)
    larger = torch.zeros(2, 3, 4, 8, 8)
    larger[..., : sides[0], : sides[1]] = x
    y = MeanPool(2)(x)
    assert y.shape == (2, 3, 2, (sides[0] + 1) // 2, (sides[1] + 1) // 2)
    torch.testing.assert_close(y, MeanPool(2)(larger)[..., : y.shape[3], : y.shape[4]])
