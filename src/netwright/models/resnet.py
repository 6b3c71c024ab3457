"""Residual networks: the ImageNet forms of 18 to 152 layers and the CIFAR forms of 6n + 2 layers."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from netwright.models.image_shape import image_shape
from netwright.models.initialisation import start_weights
from netwright.models.options import among, whole, within
from netwright.records.errors import CandidateError

PUBLISHED_SIDE = 96
"""From this many pixels on, an image gets the published ImageNet stem, which divides its sides by 4."""

IMAGENET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
CIFAR_DEPTHS = tuple(depth for depth in range(8, 111, 6) if depth not in IMAGENET_BLOCKS)
BOTTLENECK_FROM = 50
EXPANSION = 4


class PaddedShortcut(nn.Module):
    """The shortcut without parameters: every second pixel, and zeros for the channels that are new (option A)."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.before = (outputs - inputs) // 2
        self.after = outputs - inputs - self.before

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, outputs, H / stride, W / stride)."""
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.before, self.after))


class ResidualBlock(nn.Module):
    """y = relu(F(x) + shortcut(x)) (He et al. 2016, equation 1)."""

    def __init__(self, residual: nn.Module, shortcut: nn.Module) -> None:
        super().__init__()
        self.residual = residual
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output for (N, C, H, W)."""
        return functional.relu(self.residual(x) + self.shortcut(x))


def resnet(
    shape: tuple[int, ...],
    classes: int,
    *,
    depth: int = 20,
    width: float = 1.0,
    dropout: float = 0.0,
    filters: Sequence[int] | None = None,
) -> nn.Module:
    """Return a residual network.

    Depths 18, 34, 50, 101 and 152 are the ImageNet forms: 64-128-256-512 channels, bottlenecks from 50 on, projected
    shortcuts (option B); images of less than 96 pixels enter through one 3x3 convolution in place of the 7x7
    convolution and the pooling. Depths 6n + 2 (8, 14, 20, 26, 32, ...) are the CIFAR forms: 16-32-64 channels and
    shortcuts without parameters (option A). Weights start as in `netwright.models.initialisation`.

    Sources: He et al. 2016, "Deep Residual Learning for Image Recognition", table 1 and section 4.2; Zagoruyko and
    Komodakis 2016, "Wide Residual Networks", section 2.4, for the dropout between the convolutions of a block.

    Args:
        shape: Of an image: (channels, height, width).
        classes: How many logits.
        depth: Layers with weights, as published.
        width: Multiplies the channels.
        dropout: Share of activations that is silenced in training, in every residual branch.
        filters: Channels of each stage in place of the published ones; a CIFAR form may have more than three stages.

    Returns:
        A module from (N, C, H, W) to logits (N, classes).

    >>> sum(parameter.numel() for parameter in resnet((3, 32, 32), 10, depth=20).parameters())
    269722
    """
    shape = image_shape("resnet", shape)
    among("resnet.depth", depth, sorted((*IMAGENET_BLOCKS, *CIFAR_DEPTHS)))
    within("resnet.width", width, 0.01, 16)
    within("resnet.dropout", dropout, 0, 0.95)
    imagenet = depth in IMAGENET_BLOCKS
    channels = [max(1, round(c * width)) for c in _stages(filters, imagenet=imagenet)]
    stem = _stem(shape[0], channels[0], large=imagenet and min(shape[1:]) >= PUBLISHED_SIDE)
    head = nn.Linear(channels[-1] * _expansion(depth), classes)
    blocks = _blocks(depth, channels, dropout)
    network = nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)
    start_weights(network, head)
    return network


def _stages(filters: Sequence[int] | None, *, imagenet: bool) -> Sequence[int]:
    published = (64, 128, 256, 512) if imagenet else (16, 32, 64)
    if filters is None:
        return published
    if not isinstance(filters, Sequence):
        raise CandidateError(f"resnet.filters: found {filters!r}; write a list of channels, one a stage")
    for stage in filters:
        whole("resnet.filters", stage, 1, 8192)
    fewest, most = (4, 4) if imagenet else (1, 6)
    whole("resnet.filters: the number of stages", len(filters), fewest, most)
    return filters


def _expansion(depth: int) -> int:
    return EXPANSION if depth in IMAGENET_BLOCKS and depth >= BOTTLENECK_FROM else 1


def _blocks(depth: int, channels: list[int], dropout: float) -> list[nn.Module]:
    blocks: list[nn.Module] = []
    inputs = channels[0]
    for stage, middle in enumerate(channels):
        outputs = middle * _expansion(depth)
        for index in range(IMAGENET_BLOCKS[depth][stage] if depth in IMAGENET_BLOCKS else (depth - 2) // 6):
            stride = 2 if stage > 0 and index == 0 else 1
            residual = _residual(inputs, middle, outputs, stride, dropout)
            shortcut = _shortcut(inputs, outputs, stride, projected=depth in IMAGENET_BLOCKS)
            blocks.append(ResidualBlock(residual, shortcut))
            inputs = outputs
    return blocks


def _stem(inputs: int, outputs: int, *, large: bool) -> list[nn.Module]:
    if large:
        return [*_convolution(inputs, outputs, 7, stride=2), nn.ReLU(), nn.MaxPool2d(3, stride=2, padding=1)]
    return [*_convolution(inputs, outputs, 3), nn.ReLU()]


def _residual(inputs: int, middle: int, outputs: int, stride: int, dropout: float) -> nn.Module:
    if outputs == middle:
        layers = [*_convolution(inputs, middle, 3, stride), nn.ReLU(), nn.Dropout(dropout)]
        return nn.Sequential(*layers, *_convolution(middle, outputs, 3))
    # the stride is in the 3x3 convolution: that is the form of 4.1 G multiply-adds (Goyal et al. 2017, section 5.1)
    layers = [*_convolution(inputs, middle, 1), nn.ReLU(), *_convolution(middle, middle, 3, stride), nn.ReLU()]
    return nn.Sequential(*layers, nn.Dropout(dropout), *_convolution(middle, outputs, 1))


def _shortcut(inputs: int, outputs: int, stride: int, *, projected: bool) -> nn.Module:
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return (
        nn.Sequential(*_convolution(inputs, outputs, 1, stride))
        if projected
        else PaddedShortcut(inputs, outputs, stride)
    )


def _convolution(inputs: int, outputs: int, kernel: int, stride: int = 1) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)
    return [convolution, nn.BatchNorm2d(outputs)]
