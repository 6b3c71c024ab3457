"""Rescale symmetries: what is positively homogeneous, what pools, and what breaks them."""

import torch
from tests.dynamics.nets.net import Net, rescale
from torch import Tensor, nn
from torch.nn import functional


class Functional(nn.Module):
    """Bare parameters and functional calls, no layers."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(4, 2, 3, 3))
        self.shift = nn.Parameter(torch.randn(4))
        self.head = nn.Parameter(torch.randn(3, 4))

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(functional.conv2d(x, self.kernel, self.shift, padding=1))
        return x.mean((2, 3)) @ self.head.T


class Recurrent(nn.Module):
    """The same layer twice in a row, between two others."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.again, self.last = nn.Linear(3, 4), nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x).relu()
        return self.last(self.again(self.again(x).relu()).relu())


class TiedAutoencoder(nn.Module):
    """relu(x W^T + b) W."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(4, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder(x).relu() @ self.encoder.weight


class Reused(nn.Module):
    """One layer reads the inputs and then its own output: there its rows and its columns meet."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.head = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layer(self.layer(x).relu()).relu())


def _units(activation: nn.Module) -> nn.Module:
    return nn.Sequential(nn.Linear(4, 5), activation, nn.Linear(5, 3))


def _convolutions(*between: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1), *between, nn.Conv2d(4, 3, 3), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2)
    )


def _made(model: nn.Module, *shape: int) -> nn.Module:
    """Return it with its lazy layers built."""
    model(torch.zeros(shape))
    return model


def _volume() -> nn.Module:
    pooled = [nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 2)]
    return nn.Sequential(nn.Conv3d(1, 3, 2), nn.ReLU(), nn.MaxPool3d(2, 1), nn.Conv3d(3, 4, 2), *pooled)


IMAGES, ROWS = (4, 2, 6, 6), (8, 4)
UNITS = rescale(5, "0.weight", "0.bias", "2.weight")


def _pooled(name: str, parts: int, *between: nn.Module) -> Net:
    """Return two convolutions with something between that keeps channels apart and is homogeneous.

    4 channels of the first one and the columns of the second, 3 of the second one and their blocks of columns of the
    linear layer, which reads each channel at several pixels: 4 + 3.
    """
    second, head = f"{parts + 1}", f"{parts + 4}"
    families = (
        rescale(4, "0.weight", "0.bias", f"{second}.weight"),
        rescale(3, f"{second}.weight", f"{second}.bias", f"{head}.weight"),
    )
    return Net(name, lambda: _made(_convolutions(*between), *IMAGES), IMAGES, families)


RECTIFIED = (
    # f(lambda x) = lambda f(x) for lambda > 0: one charge a unit, 5.
    Net("ReLU", lambda: _units(nn.ReLU()), ROWS, (UNITS,)),
    Net("LeakyReLU", lambda: _units(nn.LeakyReLU(0.2)), ROWS, (UNITS,)),
    # The slope multiplies what is negative, whatever its size: it takes no part.
    Net("PReLU", lambda: _units(nn.PReLU()), ROWS, (UNITS,)),
    Net("PReLU of each unit", lambda: _units(nn.PReLU(5)), ROWS, (UNITS,)),
    # Each of these has a scale of its own, which inputs of this size reach: none.
    *(
        Net(type(breaker).__name__, lambda breaker=breaker: _units(breaker), ROWS, (), deviation=5.0)
        for breaker in (nn.ReLU6(), nn.Hardswish(), nn.ELU(), nn.GELU(), nn.SiLU(), nn.Sigmoid(), nn.Tanh())
    ),
    # A pixel of a maximum or of a mean grows with its channel.
    _pooled("max pool", 2, nn.ReLU(), nn.MaxPool2d(2)),
    _pooled("average pool", 2, nn.ReLU(), nn.AvgPool2d(2)),
    _pooled("zero padding", 2, nn.ReLU(), nn.ZeroPad2d(1)),
    _pooled("reflected padding", 2, nn.ReLU(), nn.ReflectionPad2d(1)),
    # The border keeps its value while the channel grows: the 4 of the first convolution are gone, the 3 are there.
    Net(
        "padding with ones",
        lambda: _made(_convolutions(nn.ReLU(), nn.ConstantPad2d(1, 1.0)), *IMAGES),
        IMAGES,
        (rescale(3, "3.weight", "3.bias", "6.weight"),),
    ),
    # Channels of the first and of the second convolution: 3 + 4.
    Net(
        "3D convolution",
        _volume,
        (4, 1, 4, 5, 5),
        (rescale(3, "0.weight", "0.bias", "3.weight"), rescale(4, "3.weight", "3.bias", "7.weight")),
    ),
    Net("functional calls", Functional, IMAGES, (rescale(4, "kernel", "shift", "head"),)),
    # All three hidden states grow alike: row j of `first` and of `again`, against column j of `again` and of `last`: 4.
    Net(
        "recurrent layer",
        Recurrent,
        (8, 3),
        (rescale(4, "first.weight", "first.bias", "again.weight", "again.bias", "last.weight"),),
    ),
    # Column j reads input j, which does not grow: none.
    Net("layer that reads inputs and itself", Reused, ROWS, ()),
    # The row that makes a unit also reads it: none.
    Net("tied autoencoder", TiedAutoencoder, ROWS, ()),
)
