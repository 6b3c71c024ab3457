"""Squeeze-and-excitation over a whole clip: channels weighed by what all its frames show."""

from torch import Tensor, nn


class ClipSqueezeExcite(nn.Module):
    """y = x sigmoid(V relu(U mean(x))): each channel of a clip times a number between 0 and 1.

    The mean is over time, height and width, so an early frame is weighed by later ones too; U and V are linear maps
    with biases.

    Source: Hu et al. 2018, "Squeeze-and-Excitation Networks", equations 2 to 4.

    Args:
        channels: That enter and leave.
        squeezed: Outputs of U.

    >>> import torch
    >>> weigh = ClipSqueezeExcite(4, 2)
    >>> _ = [nn.init.zeros_(parameter) for parameter in weigh.parameters()]
    >>> weigh(torch.ones(1, 4, 1, 1, 1)).flatten().tolist()
    [0.5, 0.5, 0.5, 0.5]
    """

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool3d(1),
            nn.Conv3d(channels, squeezed, 1),
            nn.ReLU(),
            nn.Conv3d(squeezed, channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, channels, T, H, W)."""
        weighed: Tensor = x * self.weigh(x)
        return weighed
