import torch
from torch import nn

from netwright.models.video.clip_squeeze_excite import ClipSqueezeExcite


def test_it_is_the_formula():
    torch.manual_seed(0)
    weigh, x = ClipSqueezeExcite(6, 2), torch.randn(2, 6, 3, 4, 5)
    down, up = (layer for layer in weigh.weigh if isinstance(layer, nn.Conv3d))
    mean = x.mean(dim=(2, 3, 4))
    inner = (mean @ down.weight.flatten(1).T + down.bias).relu()
    scale = (inner @ up.weight.flatten(1).T + up.bias).sigmoid()
    torch.testing.assert_close(weigh(x), x * scale[:, :, None, None, None])
