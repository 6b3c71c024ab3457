"""Where channels go: residual streams, concatenation, shuffles, groups, parallel branches."""

import torch
from tests.dynamics.nets.net import Expected, Net, general_linear, rescale, scale, translation
from torch import Tensor, nn
from torch.nn import functional


class Residual(nn.Module):
    """stem -> x + branch(x) -> head, with something after the stem and after the sum."""

    def __init__(self, after: nn.Module, outer: nn.Module) -> None:
        super().__init__()
        self.stem, self.head = nn.Linear(3, 4), nn.Linear(4, 2)
        self.branch = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 4))
        self.after, self.outer = after, outer

    def forward(self, x: Tensor) -> Tensor:
        x = self.after(self.stem(x))
        return self.head(self.outer(x + self.branch(x)))


class Concatenated(nn.Module):
    """Two branches side by side, permuted by a channel shuffle of some groups."""

    def __init__(self, groups: int) -> None:
        super().__init__()
        self.left, self.right = nn.Conv2d(2, 2, 1), nn.Conv2d(2, 4, 3, padding=1)
        self.shuffle = nn.ChannelShuffle(groups)
        self.reader = nn.Conv2d(6, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.shuffle(torch.cat([self.left(x).relu(), self.right(x).relu()], 1))
        return self.reader(x).mean((2, 3))


class ReshapedShuffle(nn.Module):
    """A channel shuffle written as reshape, transpose, reshape, between grouped convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(2, 4, 1), nn.Conv2d(4, 6, 3, groups=2)
        self.head = nn.Linear(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        n, channels, height, width = x.shape
        x = x.reshape(n, 2, channels // 2, height, width).transpose(1, 2).reshape(n, channels, height, width)
        return self.head(self.second(x).relu().mean((2, 3)))


class ParallelNorms(nn.Module):
    """Batch norms of a residual branch and of its shortcut, added: a ResNet block with a projected shortcut."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4))
        self.shortcut = nn.Sequential(nn.Conv2d(2, 4, 1, bias=False), nn.BatchNorm2d(4))
        self.head = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.head((self.main(x) + self.shortcut(x)).relu().mean((2, 3)))


class PaddedResidual(nn.Module):
    """A stream of 2 channels that goes on as channels 1 and 2 of 4 (ResNet's option A)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = nn.Conv2d(2, 2, 1), nn.Linear(4, 3)
        self.branch = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.Conv2d(3, 4, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x).relu()
        wide = functional.pad(x, (0, 0, 0, 0, 1, 1))
        return self.head((self.branch(x) + wide).relu().mean((2, 3)))


def _depthwise() -> nn.Module:
    depthwise = nn.Conv2d(4, 4, 3, groups=4)
    pooled = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2)]
    return nn.Sequential(nn.Conv2d(2, 4, 1), nn.ReLU(), depthwise, nn.ReLU(), nn.Conv2d(4, 3, 1), nn.ReLU(), *pooled)


def _multiplied() -> nn.Module:
    # two channels for each channel that a group reads
    return nn.Sequential(
        nn.Conv2d(2, 3, 1), nn.ReLU(), nn.Conv2d(3, 6, 3, groups=3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
        nn.Linear(6, 2),
    )  # fmt: skip


STREAM = ("stem.weight", "stem.bias", "branch.0.weight", "branch.2.weight", "branch.2.bias", "head.weight")
BRANCH = rescale(5, "branch.0.weight", "branch.0.bias", "branch.2.weight")
IMAGES = (5, 2, 5, 5)


def _concatenated(name: str, groups: int) -> Net:
    """Channel j of the pair goes to column j of the reader, or where the shuffle puts it: 2 + 4 charges."""
    return Net(
        name,
        lambda: Concatenated(groups),
        IMAGES,
        (
            rescale(2, "left.weight", "left.bias", "reader.weight"),
            rescale(4, "right.weight", "right.bias", "reader.weight"),
        ),
    )


def _parallel() -> tuple[Expected, ...]:
    """Rows before a batch norm: 4 + 4. Both gammas and betas against the head's column: 4. beta + d, beta' - d: 4."""
    return (
        scale(4, "main.0.weight"),
        scale(4, "shortcut.0.weight"),
        rescale(4, "main.1.weight", "main.1.bias", "shortcut.1.weight", "shortcut.1.bias", "head.weight"),
        translation(4, "main.1.bias", "shortcut.1.bias"),
    )


ROUTED = (
    # All that writes channel j (stem, branch.2) against all that reads it (branch.0, head): 4; 5 units in the branch.
    Net("residual stream", lambda: Residual(nn.ReLU(), nn.ReLU()), (8, 3), (rescale(4, *STREAM), BRANCH)),
    # Nothing acts on single channels: any X in GL(4) may mix them, writers X W, readers W X^-1: 4 * 5 / 2 charges.
    Net(
        "linear residual stream",
        lambda: Residual(nn.Identity(), nn.Identity()),
        (8, 3),
        (general_linear(1, 4, *STREAM), BRANCH),
    ),
    # GELU reads the stream and the branch reads it too: no channel may grow; the branch's units still may.
    Net("residual stream through GELU", lambda: Residual(nn.GELU(), nn.GELU()), (8, 3), (BRANCH,)),
    _concatenated("concatenation", 1),
    _concatenated("channel shuffle", 2),
    # Channel (g, i) of 2 x 2 becomes (i, g): 4 charges, each against one column inside a group; 6 to the head.
    Net(
        "shuffle between groups",
        ReshapedShuffle,
        IMAGES,
        (
            rescale(4, "first.weight", "first.bias", "second.weight"),
            rescale(6, "second.weight", "second.bias", "head.weight"),
        ),
    ),
    Net("parallel batch norms", ParallelNorms, IMAGES, _parallel()),
    # Channels 1 and 2 of the wide stream start in the stem and are read by the branch: 2. Channels 0 and 3 start in the
    # branch: 2. Its 3 units: 3.
    Net(
        "shortcut padded with zero channels",
        PaddedResidual,
        IMAGES,
        (
            rescale(
                4, "stem.weight", "stem.bias", "branch.0.weight", "branch.2.weight", "branch.2.bias", "head.weight"
            ),
            rescale(3, "branch.0.weight", "branch.0.bias", "branch.2.weight"),
        ),
    ),
    # 4 channels into the depthwise kernel, whose only column of a group is its row; 4 out of it; 3 into the head.
    Net(
        "depthwise convolution",
        _depthwise,
        IMAGES,
        (
            rescale(4, "0.weight", "0.bias", "2.weight"),
            rescale(4, "2.weight", "2.bias", "4.weight"),
            rescale(3, "4.weight", "4.bias", "8.weight"),
        ),
    ),
    # Column i of group i is read by its 2 outputs: 3 charges; 6 into the head.
    Net(
        "grouped convolution",
        _multiplied,
        IMAGES,
        (rescale(3, "0.weight", "0.bias", "2.weight"), rescale(6, "2.weight", "2.bias", "6.weight")),
    ),
)
