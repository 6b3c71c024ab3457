"""A second path with the same convolutions."""

import torch
from torch import nn

from netwright.models.video.factorised_block import factorised_block
from netwright.models.video.shared_twin import shared_twin


def test_convolutions_are_shared_and_normalisations_are_not() -> None:
    path = nn.Sequential(factorised_block(2, 4, 2), factorised_block(4, 4, 1))
    twin = shared_twin(path)
    pairs = list(zip(path.modules(), twin.modules(), strict=True))
    assert all((one is other) == isinstance(one, nn.Conv3d) for one, other in pairs)
    both = nn.ModuleList([path, twin])
    norms = sum(p.numel() for layer in path.modules() if isinstance(layer, nn.BatchNorm3d) for p in layer.parameters())
    alone = sum(p.numel() for p in path.parameters())
    assert sum(p.numel() for p in both.parameters()) == alone + norms


def test_gradients_of_both_paths_add_up() -> None:
    path = nn.Sequential(nn.Conv3d(1, 2, 1, bias=False), nn.BatchNorm3d(2)).eval()
    twin, clip = shared_twin(path), torch.randn(1, 1, 2, 2, 2)
    path(clip).sum().backward()
    once = path[0].weight.grad.clone()
    twin(clip).sum().backward()
    assert torch.allclose(path[0].weight.grad, 2 * once)
