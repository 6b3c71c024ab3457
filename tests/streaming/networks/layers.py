"""Random networks of clips, built from a seed: what a user's module may do with frames."""

import random

import torch
from torch import Tensor, nn
from torch.nn import functional


class Residual(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        made = self.inner(x)
        return functional.relu(made + x)


class Branches(nn.Module):
    """Branches whose windows keep the number of frames, side by side: an inception block."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Shuffle(nn.Module):
    def __init__(self, groups: int) -> None:
        super().__init__()
        self.groups = groups

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, *sizes = x.shape
        x = x.view(batch, self.groups, channels // self.groups, *sizes)
        return x.transpose(1, 2).reshape(batch, channels, *sizes)


class SqueezeExcite(nn.Module):
    """Gates from the mean of all frames; `dropped` takes the mean without keeping its axes."""

    def __init__(self, channels: int, dropped: bool) -> None:
        super().__init__()
        self.dropped = dropped
        self.down, self.up = nn.Linear(channels, 4), nn.Linear(4, channels)
        self.conv_down, self.conv_up = nn.Conv3d(channels, 4, 1), nn.Conv3d(4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        if self.dropped:
            gate = self.up(functional.silu(self.down(x.mean(dim=(2, 3, 4))))).sigmoid()
            return x * gate[:, :, None, None, None]
        gate = self.conv_up(functional.relu(self.conv_down(functional.adaptive_avg_pool3d(x, 1))))
        return x * torch.sigmoid(gate)


class EveryOther(nn.Module):
    def __init__(self, start: int, step: int) -> None:
        super().__init__()
        self.start, self.step = start, step

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, self.start :: self.step]


class Before(nn.Module):
    """Zero frames put before the others, by cat or by pad."""

    def __init__(self, frames: int, by_cat: bool) -> None:
        super().__init__()
        self.frames, self.by_cat = frames, by_cat

    def forward(self, x: Tensor) -> Tensor:
        if self.by_cat:
            zeros = x.new_zeros(x.shape[0], x.shape[1], self.frames, *x.shape[3:])
            return torch.cat([zeros, x], dim=2)
        return functional.pad(x, (0, 0, 0, 0, self.frames, 0))


class FrameByFrame(nn.Module):
    """A network of pictures run on every frame, folded into the batch and back."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, frames, height, width = x.shape
        pictures = x.permute(0, 2, 1, 3, 4).reshape(batch * frames, channels, height, width)
        pictures = functional.relu(self.norm(self.conv(pictures)))
        return pictures.view(batch, frames, channels, height, width).permute(0, 2, 1, 3, 4)


def random_convolution(rng: random.Random, channels: int, out: int, same: bool) -> nn.Module:
    """Return a random convolution; `same` keeps the number of frames (offline, as it was written)."""
    kernel, dilation = rng.choice([1, 2, 3, 3, 5]), rng.choice([1, 1, 2])
    stride = 1 if same else rng.choice([1, 2, 3])
    reach = (kernel - 1) * dilation
    padding = reach // 2 if same else rng.randint(0, reach)
    if same and reach % 2:
        kernel, dilation, padding = 3, 1, 1
    groups = rng.choice([g for g in (1, 2, channels) if channels % g == 0 and out % g == 0])
    spatial = rng.choice([1, 3])
    return nn.Conv3d(
        channels, out, (kernel, spatial, spatial), (stride, 1, 1), (padding, spatial // 2, spatial // 2),
        (dilation, 1, 1), groups, bias=rng.random() < 0.5,
    )  # fmt: skip


Made = tuple[nn.Module, int]


def _convolution(rng: random.Random, channels: int) -> Made:
    out = rng.choice([4, 8])
    norm = [nn.BatchNorm3d(out)] if rng.random() < 0.5 else []
    activation = rng.choice([nn.ReLU(inplace=True), nn.Hardswish(), nn.SiLU()])
    return nn.Sequential(random_convolution(rng, channels, out, same=False), *norm, activation), out


def _maximum(rng: random.Random, channels: int) -> Made:
    kernel = rng.choice([1, 2, 3])
    padding = rng.randint(0, kernel // 2)
    return nn.MaxPool3d((kernel, 3, 3), (rng.choice([1, 2]), 1, 1), (padding, 1, 1)), channels


def _average(rng: random.Random, channels: int) -> Made:
    stride, padding, counts = (rng.choice([1, 2]), 1, 1), (rng.choice([0, 1]), 0, 0), rng.random() < 0.5
    return nn.AvgPool3d((3, 1, 1), stride, padding, count_include_pad=counts), channels


def _residual(rng: random.Random, channels: int) -> Made:
    inner = random_convolution(rng, channels, channels, same=True)
    return Residual(nn.Sequential(inner, nn.BatchNorm3d(channels))), channels


def _branches(rng: random.Random, channels: int) -> Made:
    halves = [random_convolution(rng, channels, 4, same=True) for _ in range(2)]
    return Branches(nn.Sequential(nn.MaxPool3d((3, 3, 3), 1, 1), halves[0]), halves[1]), 8


def _shuffled(rng: random.Random, channels: int) -> Made:
    return nn.Sequential(Shuffle(2), EveryOther(rng.choice([0, 1]), rng.choice([1, 2]))), channels


def _gated(rng: random.Random, channels: int) -> Made:
    return SqueezeExcite(channels, rng.random() < 0.5), channels


def _prepended(rng: random.Random, channels: int) -> Made:
    frames = rng.choice([1, 2])
    return nn.Sequential(Before(frames, rng.random() < 0.5), nn.Conv3d(channels, 4, (frames + 1, 1, 1))), 4


def _pictures(rng: random.Random, channels: int) -> Made:
    return FrameByFrame(channels), channels


LAYERS = (
    _convolution, _convolution, _convolution, _convolution, _maximum, _average, _residual, _branches, _shuffled, _gated,
    _prepended, _pictures,
)  # fmt: skip


class RandomNetwork(nn.Module):
    """A few random layers, then a global mean and a linear layer, or frames as they are."""

    def __init__(self, seed: int, squeeze: bool = True) -> None:
        super().__init__()
        rng = random.Random(seed)
        torch.manual_seed(seed)
        layers, channels = [], 3
        count = rng.randint(2, 6)
        while len(layers) < count:
            layer, out = rng.choice(LAYERS)(rng, channels) if layers else (nn.Conv3d(3, 4, 1), 4)
            if not squeeze and isinstance(layer, SqueezeExcite):
                continue
            layers.append(layer)
            channels = out
        self.layers = nn.Sequential(*layers)
        self.pooled = rng.random() < 0.7
        self.head = nn.Linear(channels, 5)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d | nn.BatchNorm3d):
                nn.init.uniform_(module.running_mean, -1, 1)
                nn.init.uniform_(module.running_var, 0.5, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layers(x)
        if not self.pooled:
            return x
        return self.head(torch.flatten(functional.adaptive_avg_pool3d(x, 1), 1))
