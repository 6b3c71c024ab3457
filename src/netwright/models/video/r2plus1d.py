"""R(2+1)D: residual networks whose every 3D kernel is split into one of height and width, then one of time."""

from torch import nn

from netwright.models.initialisation import start_weights
from netwright.models.options import among, within
from netwright.models.resnet import ResidualBlock
from netwright.models.video.clip_head import clip_head
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.normed_convolution import normed_convolution

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}
"""Blocks of each stage, for each number of layers, a split kernel counted once."""
STAGES = (64, 128, 256, 512)
STEM_MIDDLE = 45


def r2plus1d(
    shape: tuple[int, ...], classes: int, *, depth: int = 18, width: float = 1.0, dropout: float = 0.0
) -> nn.Module:
    """Return R(2+1)D.

    A 3x3x3 convolution of c channels to d becomes one of 1x3x3 to m = 27 c d // (9 c + 3 d) channels, a normalisation,
    a ReLU, and one of 3x1x1: about as many parameters, and one more ReLU. With 18 layers it has 31,505,325 parameters
    where the head has the 400 classes of Kinetics, as torchvision publishes it, and 31,351,938 with 101. It has no
    pooling before the head; a clip of T frames ends in ceil(T / 8) frames of features.

    Source: Tran et al. 2018, "A Closer Look at Spatiotemporal Convolutions for Action Recognition", section 3.5; the
    channels between the halves of a block's two convolutions are the same, as in torchvision's form.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        depth: Layers with weights: 18 or 34.
        width: Multiplies the channels.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in r2plus1d((3, 16, 112, 112), 400).parameters())
    31505325
    """
    inputs = clip_shape("r2plus1d", shape)[0]
    among("r2plus1d.depth", depth, tuple(BLOCKS))
    within("r2plus1d.width", width, 0.05, 16)
    within("r2plus1d.dropout", dropout, 0, 0.95)
    stages = [max(1, round(channels * width)) for channels in STAGES]
    middle = max(1, round(STEM_MIDDLE * width))
    in_space = normed_convolution(inputs, middle, (1, 7, 7), (1, 2, 2))
    stem = [*in_space, nn.ReLU(), *normed_convolution(middle, stages[0], (3, 1, 1)), nn.ReLU()]
    blocks: list[nn.Module] = []
    entering = stages[0]
    for stage, (outputs, count) in enumerate(zip(stages, BLOCKS[depth], strict=True)):
        for index in range(count):
            blocks.append(_block(entering, outputs, 2 if stage > 0 and index == 0 else 1))
            entering = outputs
    logits = nn.Linear(entering, classes)
    network = nn.Sequential(ClipInput(), *stem, *blocks, clip_head(logits, dropout))
    start_weights(network, logits)
    return network


def _block(inputs: int, outputs: int, stride: int) -> nn.Module:
    middle = max(1, 27 * inputs * outputs // (9 * inputs + 3 * outputs))
    first, second = _split(inputs, middle, outputs, stride), _split(outputs, middle, outputs, 1)
    same = inputs == outputs and stride == 1
    shortcut = nn.Identity() if same else nn.Sequential(*normed_convolution(inputs, outputs, 1, stride))
    return ResidualBlock(nn.Sequential(*first, nn.ReLU(), *second), shortcut)


def _split(inputs: int, middle: int, outputs: int, stride: int) -> list[nn.Module]:
    in_space = normed_convolution(inputs, middle, (1, 3, 3), (1, stride, stride))
    return [*in_space, nn.ReLU(), *normed_convolution(middle, outputs, (3, 1, 1), (stride, 1, 1))]
