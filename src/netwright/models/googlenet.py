"""GoogLeNet: a stem, inception modules in three stages, and two auxiliary classifiers that train with it.

What differs from the publication, and where:

- Batch normalisation follows each convolution, which then has no bias (`norm=False` is the published form): 22 layers
  hardly train from little data without. The local response normalisations, which have no parameters, are left out.
- From 96 pixels on, the published stem divides the sides by 8; from 16 pixels on, a 3x3 stem divides them by 2; below,
  by nothing. So a 28x28 image is 14x14, 7x7 and 4x4 in the three stages.
- A depth of 4 + 2m keeps m of the nine modules; 4c leaves first, then 4b, 4d, 5a, 3a, 4a.
- The auxiliary classifiers read 4a and the module before 4e, 4d as published; where stage 4 has fewer than three
  modules, they read the ends of stages 3 and 4.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from netwright.models.image_shape import image_shape
from netwright.models.inception import Convolution, Inception, InceptionWidths
from netwright.models.initialisation import start_weights
from netwright.models.layout import ChannelsLast
from netwright.models.options import among, within

PUBLISHED_SIDE = 96
"""From this many pixels on, an image gets the published stem."""
SMALLEST_HALVED = 16
"""Below this many pixels, the stem keeps the sides of the image."""
AUXILIARY_DROPOUT = 0.7

MODULES = {
    "3a": InceptionWidths(64, 96, 128, 16, 32, 32),
    "3b": InceptionWidths(128, 128, 192, 32, 96, 64),
    "4a": InceptionWidths(192, 96, 208, 16, 48, 64),
    "4b": InceptionWidths(160, 112, 224, 24, 64, 64),
    "4c": InceptionWidths(128, 128, 256, 24, 64, 64),
    "4d": InceptionWidths(112, 144, 288, 32, 64, 64),
    "4e": InceptionWidths(256, 160, 320, 32, 128, 128),
    "5a": InceptionWidths(256, 160, 320, 32, 128, 128),
    "5b": InceptionWidths(384, 192, 384, 48, 128, 128),
}
DROPPED_FIRST = ("4c", "4b", "4d", "5a", "3a", "4a")
"""The widest module of each stage, its last, always stays."""
DEPTHS = tuple(range(22 - 2 * len(DROPPED_FIRST), 23, 2))


class AuxiliaryClassifier(nn.Module):
    """Pooling to at most 4x4, a 1x1 convolution to 128 channels, 1024 units, logits (section 5 of the paper)."""

    def __init__(
        self, inputs: int, classes: int, convolution: Convolution, width: float, grid: tuple[int, int]
    ) -> None:
        super().__init__()
        channels, units = (_scaled(c, width) for c in (128, 1024))
        self.features = nn.Sequential(
            nn.AdaptiveAvgPool2d(grid),
            convolution(inputs, channels, 1),
            nn.Flatten(),
            nn.Linear(channels * grid[0] * grid[1], units),
            nn.ReLU(),
            nn.Dropout(AUXILIARY_DROPOUT),
        )
        self.head = nn.Linear(units, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (N, classes)."""
        logits: Tensor = self.head(self.features(x))
        return logits


class GoogLeNet(nn.Module):
    """Parts in a row, then the logits; auxiliary classifiers read the output of some parts in training.

    Args:
        parts: From images to features (N, C).
        head: From features to logits.
        auxiliary: Name of a part -> the classifier that reads its output.
    """

    def __init__(self, parts: dict[str, nn.Module], head: nn.Linear, auxiliary: dict[str, AuxiliaryClassifier]) -> None:
        super().__init__()
        self.parts = nn.ModuleDict(parts)
        self.head = head
        self.auxiliary = nn.ModuleDict(auxiliary)

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        """Return logits; in training mode (logits, *auxiliary logits), where there are auxiliary classifiers."""
        beside: list[Tensor] = []
        for name, part in self.parts.items():
            x = part(x)
            if self.training and name in self.auxiliary:
                beside.append(self.auxiliary[name](x))
        logits: Tensor = self.head(x)
        return (logits, *beside) if beside else logits


def googlenet(
    shape: tuple[int, ...],
    classes: int,
    *,
    depth: int = 22,
    width: float = 1.0,
    dropout: float = 0.4,
    norm: bool = True,
    kernel: int = 5,
    auxiliary: bool = True,
) -> nn.Module:
    """Return GoogLeNet, 6,998,552 parameters as published (`norm=False`, 224x224, without auxiliary classifiers).

    Source: Szegedy et al. 2015, "Going Deeper with Convolutions", table 1 and section 5.

    Args:
        shape: Of an image: (channels, height, width).
        classes: How many logits.
        depth: Layers with weights, 22 as published or an even number from 10 on.
        width: Multiplies the channels and the auxiliary units.
        dropout: Share of the final features that is silenced in training.
        norm: Batch normalisation after each convolution.
        kernel: Side of the third branch's convolution: 5 as published; 3 gives the count of the widely used form.
        auxiliary: Whether there are auxiliary classifiers.

    Returns:
        A module from (N, C, H, W) to logits (N, classes); in training mode to (logits, *auxiliary logits).

    >>> import torch
    >>> network, images = googlenet((1, 28, 28), 10, depth=10, width=0.1), torch.zeros(2, 1, 28, 28)
    >>> [tuple(logits.shape) for logits in network(images)], tuple(network.eval()(images).shape)
    ([(2, 10), (2, 10), (2, 10)], (2, 10))
    """
    images = image_shape("googlenet", shape)
    _check(depth, width, dropout, kernel, {"norm": norm, "auxiliary": auxiliary})
    convolution = _normalised if norm else _plain
    names = [name for name in MODULES if name not in DROPPED_FIRST[: (22 - depth) // 2]]
    parts = {
        "stem": _stem(images, width, convolution),
        **_inceptions(names, width, kernel, convolution),
        "features": nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout)),
    }
    classifiers = {
        name: AuxiliaryClassifier(_outputs(name, width), classes, convolution, width, _grid(name, images))
        for name in (_readers(names) if auxiliary else ())
    }
    network = GoogLeNet(parts, nn.Linear(_outputs(names[-1], width), classes), classifiers)
    start_weights(network, network.head, *(classifier.head for classifier in classifiers.values()))
    return network


def _outputs(name: str, width: float) -> int:
    return MODULES[name].times(width).total


def _inceptions(names: Sequence[str], width: float, kernel: int, convolution: Convolution) -> dict[str, nn.Module]:
    parts: dict[str, nn.Module] = {}
    channels, stage = _scaled(192, width), names[0][0]
    for name in names:
        if name[0] != stage:
            stage = name[0]
            parts[f"pool{stage}"] = _pooling()
        widths = MODULES[name].times(width)
        parts[name] = Inception(channels, widths, convolution, kernel)
        channels = widths.total
    return parts


def _grid(name: str, shape: tuple[int, int, int]) -> tuple[int, int]:
    smaller = min(shape[1:])
    divided = 8 if smaller >= PUBLISHED_SIDE else 2 if smaller >= SMALLEST_HALVED else 1
    # each pooling leaves half of a side, rounded up
    height, width = (min(4, -(-side // (divided * 2 ** (int(name[0]) - 3)))) for side in shape[1:])
    return height, width


def _check(depth: int, width: float, dropout: float, kernel: int, switches: dict[str, bool]) -> None:
    among("googlenet.depth", depth, DEPTHS)
    within("googlenet.width", width, 0.01, 16)
    within("googlenet.dropout", dropout, 0, 0.95)
    among("googlenet.kernel", kernel, (3, 5))
    for option, value in switches.items():
        among(f"googlenet.{option}", value, (True, False))


def _readers(names: Sequence[str]) -> tuple[str, str]:
    third, fourth = ([name for name in names if name[0] == stage] for stage in "34")
    return (fourth[0], fourth[-2]) if len(fourth) >= 3 else (third[-1], fourth[-1])


def _scaled(channels: int, width: float) -> int:
    return max(1, round(channels * width))


def _stem(shape: tuple[int, int, int], width: float, convolution: Convolution) -> nn.Module:
    first, last = (_scaled(c, width) for c in (64, 192))
    rest = [convolution(first, first, 1), convolution(first, last, 3)]
    smaller = min(shape[1:])
    if smaller >= PUBLISHED_SIDE:
        return nn.Sequential(convolution(shape[0], first, 7), ChannelsLast(), _pooling(), *rest, _pooling())
    halving = [_pooling()] if smaller >= SMALLEST_HALVED else []
    return nn.Sequential(convolution(shape[0], first, 3), ChannelsLast(), *halving, *rest)


def _pooling() -> nn.Module:
    return nn.MaxPool2d(3, stride=2, padding=1)


def _normalised(inputs: int, outputs: int, kernel: int) -> nn.Module:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride=_stride(kernel), padding=kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.ReLU())


def _plain(inputs: int, outputs: int, kernel: int) -> nn.Module:
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride=_stride(kernel), padding=kernel // 2), nn.ReLU())


def _stride(kernel: int) -> int:
    # only the published stem's 7x7 convolution has a stride
    return 2 if kernel == 7 else 1
