"""3D-MobileNetV1: every 3D convolution split into one of each channel alone and one of each frame's pixels alone."""

from torch import nn

from netwright.models.initialisation import start_weights
from netwright.models.options import within
from netwright.models.video.clip_head import clip_head
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.normed_convolution import normed_convolution

STEM = 32
STAGES = ((64, 1, 2), (128, 2, 2), (256, 2, 2), (512, 6, 2), (1024, 2, 1))
"""Channels, blocks, and the stride of the first block (Köpüklü et al. 2019, table 3)."""


def mobilenet3d(shape: tuple[int, ...], classes: int, *, width: float = 1.0, dropout: float = 0.2) -> nn.Module:
    """Return 3D-MobileNetV1.

    A block is a depthwise 3x3x3 convolution, then one of 1x1x1, each with its normalisation and ReLU. At width 1, with
    101 classes, it has 3,401,509 parameters, and 233 M multiply-adds for 16 frames of 112x112. A clip of T frames ends
    in ceil(T / 16) frames of features.

    Sources: Howard et al. 2017, "MobileNets", section 3.1; Köpüklü et al. 2019, "Resource Efficient 3D Convolutional
    Neural Networks", table 3.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        width: Multiplies the channels.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in mobilenet3d((3, 16, 112, 112), 101).parameters())
    3401509
    """
    inputs = clip_shape("mobilenet3d", shape)[0]
    within("mobilenet3d.width", width, 0.05, 16)
    within("mobilenet3d.dropout", dropout, 0, 0.95)
    entering = max(1, round(STEM * width))
    layers: list[nn.Module] = [*normed_convolution(inputs, entering, 3, (1, 2, 2)), nn.ReLU()]
    for channels, blocks, stride in STAGES:
        outputs = max(1, round(channels * width))
        for index in range(blocks):
            layers.append(_block(entering, outputs, stride if index == 0 else 1))
            entering = outputs
    logits = nn.Linear(entering, classes)
    network = nn.Sequential(ClipInput(), *layers, clip_head(logits, dropout))
    start_weights(network, logits)
    return network


def _block(inputs: int, outputs: int, stride: int) -> nn.Module:
    depthwise = normed_convolution(inputs, inputs, 3, stride, groups=inputs)
    return nn.Sequential(*depthwise, nn.ReLU(), *normed_convolution(inputs, outputs, 1), nn.ReLU())
