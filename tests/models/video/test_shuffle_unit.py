import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.models.video.shuffle_unit import ShuffleTrunk, ShuffleUnit


def lively(module: nn.Module) -> nn.Module:
    """Normalisations that shift and scale, so that a frame of zeros and a frame that is not there differ."""
    torch.manual_seed(0)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm3d):
            for tensor, low in ((layer.weight, 0.5), (layer.bias, -0.5), (layer.running_mean, -0.5)):
                nn.init.uniform_(tensor, low, low + 1)
            nn.init.uniform_(layer.running_var, 0.5, 1.5)
    return module.eval().double()


def by_hand(unit: ShuffleUnit, x: Tensor, groups: int, *, starts: bool) -> Tensor:
    first, first_norm = unit.expand[0], unit.expand[1]
    stride, left = ((2, 2, 2), 1) if starts else ((1, 1, 1), 2)
    y = functional.relu(first_norm(functional.conv3d(x, first.weight, groups=first.groups)))
    n, c, t, h, w = y.shape
    y = y.view(n, groups, c // groups, t, h, w).permute(0, 2, 1, 3, 4, 5).reshape(n, c, t, h, w)
    y = functional.pad(y, (1, 1, 1, 1, left, 0))
    y = unit.depthwise_norm(functional.conv3d(y, unit.depthwise.convolution.weight, None, stride, groups=c))
    y = unit.contract[1](functional.conv3d(y, unit.contract[0].weight, groups=groups))
    pooled = nn.AvgPool3d((2, 3, 3), 2, (0, 1, 1))
    return functional.relu(torch.cat([y, pooled(x)], 1) if starts else y + x)


@pytest.mark.parametrize(("inputs", "outputs", "starts"), [(24, 60, True), (12, 60, True), (60, 60, False)])
@pytest.mark.parametrize("groups", [1, 3])
def test_a_unit_is_what_the_paper_draws(inputs, outputs, starts, groups):
    unit = lively(ShuffleUnit(inputs, outputs, starts=starts, groups=groups))
    x = torch.randn(2, inputs, 5, 7, 6, dtype=torch.float64)
    expected = by_hand(unit, x, groups, starts=starts)
    assert unit(x).shape == (2, outputs, *([2, 4, 3] if starts else [5, 7, 6]))
    torch.testing.assert_close(unit(x), expected, rtol=0, atol=1e-12)


def test_the_first_convolution_has_no_groups_where_the_stem_emits_24_channels():
    assert ShuffleTrunk(24, (120, 240, 480), 3).first.expand[0].groups == 1
    assert ShuffleTrunk(12, (60, 120, 240), 3).first.expand[0].groups == 3
    convolutions = [m for m in ShuffleTrunk(24, (120, 240, 480), 3).modules() if isinstance(m, nn.Conv3d)]
    assert all(m.bias is None for m in convolutions)
    assert [m.groups for m in convolutions[3::3]] == [3] * 15


def test_the_published_trunk_has_the_parameters_of_its_table():
    total, inputs, ungrouped = 0, 24, True
    for outputs, units in ((120, 4), (240, 8), (480, 4)):
        for unit in range(units):
            middle, last = outputs // 4, outputs - inputs if unit == 0 else outputs
            total += inputs * middle // (1 if ungrouped else 3) + 27 * middle + middle * last // 3
            total += 2 * (2 * middle + last)
            inputs, ungrouped = outputs, False
    assert total == 256_632
    assert sum(p.numel() for p in ShuffleTrunk(24, (120, 240, 480), 3).parameters()) == total


def test_no_frame_of_features_moves_with_frames_to_come():
    trunk = lively(ShuffleTrunk(6, (24, 48, 96), 3))
    x = torch.randn(1, 6, 32, 4, 4, dtype=torch.float64)
    features = trunk(x)
    assert features.shape == (1, 96, 4, 1, 1)
    for n in range(3):
        other = x.clone()
        other[:, :, 8 * (n + 1) :] += 1
        moved = trunk(other)
        assert torch.equal(moved[:, :, : n + 1], features[:, :, : n + 1])
        assert not torch.equal(moved[:, :, n + 1], features[:, :, n + 1])


def test_the_newest_frame_is_read():
    trunk = lively(ShuffleTrunk(6, (24, 48, 96), 3))
    x = torch.randn(1, 6, 16, 4, 4, dtype=torch.float64)
    other = x.clone()
    other[:, :, -1] += 1
    assert not torch.equal(trunk(other)[:, :, 1], trunk(x)[:, :, 1])


def test_one_frame_of_the_past_makes_the_first_unit_exact_from_subclip_to_subclip():
    unit = lively(ShuffleUnit(6, 24, starts=True, groups=3))
    x = torch.randn(2, 6, 16, 5, 5, dtype=torch.float64)
    parts, past = [], None
    for part in x.split(8, dim=2):
        expanded = unit.expand(part)
        parts.append(unit.from_expanded(part, expanded, past))
        past = expanded[:, :, -1:]
    torch.testing.assert_close(torch.cat(parts, 2), unit(x), rtol=0, atol=1e-12)
