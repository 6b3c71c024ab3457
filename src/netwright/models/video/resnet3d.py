"""R3D: residual networks whose every kernel spans height, width and time."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

from netwright.models.initialisation import start_weights
from netwright.models.options import among, within
from netwright.models.resnet import ResidualBlock
from netwright.models.video.clip_head import clip_head
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.normed_convolution import normed_convolution

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
"""Blocks of each stage, for each number of layers with weights."""
STAGES = (64, 128, 256, 512)
BOTTLENECK_FROM = 50
EXPANSION = 4


class PaddedClipShortcut(nn.Module):
    """The shortcut without parameters: every s-th frame, row and column, and zeros for channels that are new.

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave; the new ones come last.
        stride: s.
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.new = outputs - inputs
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs, T / s, H / s, W / s), sizes rounded up."""
        step = self.stride
        return functional.pad(x[:, :, ::step, ::step, ::step], (0, 0, 0, 0, 0, 0, 0, self.new))


def projected(inputs: int, outputs: int, stride: int) -> nn.Module:
    """Return the shortcut with parameters (option B): a 1x1x1 convolution with its normalisation."""
    return nn.Sequential(*normed_convolution(inputs, outputs, 1, stride))


SHORTCUTS: dict[str, Callable[[int, int, int], nn.Module]] = {"A": PaddedClipShortcut, "B": projected}
"""Where the size changes, by the letter of He et al. 2016, section 4.1: (inputs, outputs, stride) -> shortcut."""


def resnet3d(
    shape: tuple[int, ...],
    classes: int,
    *,
    depth: int = 18,
    shortcut: str = "B",
    width: float = 1.0,
    dropout: float = 0.0,
) -> nn.Module:
    """Return R3D, a residual network of 3D convolutions.

    With 50 layers, shortcut B and 101 classes it has 46,405,925 parameters; for 16 frames of 112x112, 10,069 M
    multiply-adds. The stride of a bottleneck is in its 3x3x3 convolution. A clip of T frames ends in ceil(T / 16)
    frames of features.

    Sources: Hara, Kataoka and Satoh 2018, "Can Spatiotemporal 3D CNNs Retrace the History of 2D CNNs and ImageNet?",
    table 2; He et al. 2016, "Deep Residual Learning for Image Recognition", for the shortcuts.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        depth: Layers with weights: 18, 34, 50 or 101.
        shortcut: "A" has no parameters and pads with zeros, "B" projects.
        width: Multiplies the channels.
        dropout: Share of the features that is silenced in training.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in resnet3d((3, 16, 112, 112), 101, depth=18).parameters())
    33255717
    """
    inputs = clip_shape("resnet3d", shape)[0]
    among("resnet3d.depth", depth, tuple(BLOCKS))
    among("resnet3d.shortcut", shortcut, tuple(SHORTCUTS))
    within("resnet3d.width", width, 0.05, 16)
    within("resnet3d.dropout", dropout, 0, 0.95)
    middles = [max(1, round(channels * width)) for channels in STAGES]
    stem = [*normed_convolution(inputs, middles[0], 7, (1, 2, 2)), nn.ReLU(), nn.MaxPool3d(3, stride=2, padding=1)]
    blocks = _blocks(depth, middles, SHORTCUTS[shortcut])
    logits = nn.Linear(middles[-1] * _expansion(depth), classes)
    network = nn.Sequential(ClipInput(), *stem, *blocks, clip_head(logits, dropout))
    start_weights(network, logits)
    return network


def _expansion(depth: int) -> int:
    return EXPANSION if depth >= BOTTLENECK_FROM else 1


def _blocks(depth: int, middles: list[int], shortcut: Callable[[int, int, int], nn.Module]) -> list[nn.Module]:
    blocks: list[nn.Module] = []
    inputs = middles[0]
    for stage, (middle, count) in enumerate(zip(middles, BLOCKS[depth], strict=True)):
        outputs = middle * _expansion(depth)
        for index in range(count):
            stride = 2 if stage > 0 and index == 0 else 1
            same = inputs == outputs and stride == 1
            beside = nn.Identity() if same else shortcut(inputs, outputs, stride)
            blocks.append(ResidualBlock(_residual(inputs, middle, outputs, stride), beside))
            inputs = outputs
    return blocks


def _residual(inputs: int, middle: int, outputs: int, stride: int) -> nn.Module:
    if outputs == middle:
        layers = [*normed_convolution(inputs, middle, 3, stride), nn.ReLU()]
        return nn.Sequential(*layers, *normed_convolution(middle, outputs, 3))
    layers = [
        *normed_convolution(inputs, middle, 1),
        nn.ReLU(),
        *normed_convolution(middle, middle, 3, stride),
        nn.ReLU(),
    ]
    return nn.Sequential(*layers, *normed_convolution(middle, outputs, 1))
