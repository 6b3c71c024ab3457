"""Normalisations: scale symmetries of what they divide, null and translation directions of what they subtract."""

import torch
from tests.dynamics.nets.net import Net, null, rescale, scale, shear, translation
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm


class OwnRMSNorm(nn.Module):
    """x / rms(x) * gamma, written out."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.eps = 1e-6

    def forward(self, x: Tensor) -> Tensor:
        return self.gamma * x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)


def _image(norm: nn.Module) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(2, 4, 3), norm, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
    )  # fmt: skip


def _rows(norm: nn.Module, activation: nn.Module | None = None) -> nn.Module:
    return nn.Sequential(nn.Linear(3, 6), norm, activation or nn.ReLU(), nn.Linear(6, 2))


def _weight_norm() -> nn.Module:
    return nn.Sequential(weight_norm(nn.Linear(3, 5)), nn.ReLU(), nn.Linear(5, 2))


def _frozen_without_bias() -> nn.Module:
    return nn.Sequential(nn.Conv2d(2, 4, 3, bias=False), *list(_image(nn.BatchNorm2d(4)))[1:])


IMAGES, ROWS = (6, 2, 5, 5), (8, 3)
# gamma_c and beta_c make channel c, column c of the head reads it; ReLU and the mean between are homogeneous.
AFFINE_IMAGE = rescale(4, "1.weight", "1.bias", "5.weight")
AFFINE_ROWS = rescale(6, "1.weight", "1.bias", "3.weight")
# The statistics of a whole sample do not tell its channels apart: (W, b) grows as one. LayerNorm subtracts the mean
# over units: each input's column, and the bias, may shift as a whole: 3 + 1.
WHOLE = scale(1, "0.weight", "0.bias")
SHIFTS = translation(4, "0.weight", "0.bias")

NORMALISED = (
    # Each of the 4 channels is divided by its own deviation: 4 scales of rows. Its mean is subtracted: 4 biases unseen.
    Net(
        "batch norm after convolution",
        lambda: _image(nn.BatchNorm2d(4)),
        IMAGES,
        (scale(4, "0.weight"), null(4, "0.bias"), AFFINE_IMAGE),
    ),
    Net(
        "batch norm after linear",
        lambda: _rows(nn.BatchNorm1d(6)),
        ROWS,
        (scale(6, "0.weight"), null(6, "0.bias"), AFFINE_ROWS),
    ),
    # Without ReLU nothing changes: gamma and beta still make what the column reads (a shear beta -> bias as well).
    Net(
        "batch norm before GELU",
        lambda: _rows(nn.BatchNorm1d(6), nn.GELU()),
        ROWS,
        (scale(6, "0.weight"), null(6, "0.bias")),
    ),
    # Deviations are constants now: no scale, and b is seen. b + d is undone by beta - d gamma / sigma: 4 shears. (With
    # mu the running mean, W and b - mu against gamma is a symmetry too; it is no pure scale unless mu = 0.)
    Net(
        "batch norm in evaluation",
        lambda: _image(nn.BatchNorm2d(4)),
        IMAGES,
        (shear(4, "0.bias", "1.bias"), AFFINE_IMAGE),
        training=False,
    ),
    # W_c -> lambda W_c moves gamma_c (lambda W_c x - mu): no gamma undoes it for every x.
    Net("batch norm in evaluation, no bias", _frozen_without_bias, IMAGES, (AFFINE_IMAGE,), training=False),
    # The statistics of each image: 4 scales (W_c, its bias unseen), 4 null.
    Net(
        "instance norm",
        lambda: _image(nn.InstanceNorm2d(4, affine=True)),
        IMAGES,
        (scale(4, "0.weight"), null(4, "0.bias"), AFFINE_IMAGE),
    ),
    Net("layer norm", lambda: _rows(nn.LayerNorm(6)), ROWS, (WHOLE, SHIFTS, AFFINE_ROWS)),
    Net(
        "layer norm without affine",
        lambda: _rows(nn.LayerNorm(6, elementwise_affine=False)),
        ROWS,
        (WHOLE, SHIFTS),
    ),
    # 2 groups: 2 scales of (W, b), and each group's bias may shift as a whole: 2. A shift of one kernel tap in all of a
    # group's channels adds the shifted image, which varies over the pixels: no translation of kernels.
    Net(
        "group norm",
        lambda: _image(nn.GroupNorm(2, 4)),
        IMAGES,
        (scale(2, "0.weight", "0.bias"), translation(2, "0.bias"), AFFINE_IMAGE),
    ),
    # No mean is subtracted: no translation.
    Net("RMS norm", lambda: _rows(nn.RMSNorm(6, eps=1e-6)), ROWS, (WHOLE, rescale(6, "1.weight", "3.weight"))),
    Net("own RMS norm", lambda: _rows(OwnRMSNorm(6)), ROWS, (WHOLE, rescale(6, "1.gamma", "3.weight"))),
    # w = g v / |v|: each row of v has 1 scale, exact. g and the bias make the unit: 5 rescales.
    Net(
        "weight norm",
        _weight_norm,
        ROWS,
        (
            scale(5, "0.parametrizations.weight.original1", exact=True),
            rescale(5, "0.parametrizations.weight.original0", "0.bias", "2.weight"),
        ),
    ),
)
