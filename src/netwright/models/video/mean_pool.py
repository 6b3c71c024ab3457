"""The mean over a neighbourhood, also where a map is smaller than it."""

from torch import Tensor, nn
from torch.nn import functional


class MeanPool(nn.Module):
    """The mean of k x 3 x 3, at every k-th frame, second row and second column, with zeros around height and width.

    As `nn.AvgPool3d((k, 3, 3), stride=(k, 2, 2), padding=(0, 1, 1))`, which refuses sides of 1 and 2.

    Args:
        frames: k, frames of a mean.

    >>> import torch
    >>> MeanPool(1)(torch.ones(1, 1, 1, 1, 3)).mul(9).flatten().tolist()
    [2.0, 2.0]
    """

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool3d((frames, 3, 3), (frames, 2, 2), (0, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, T // k, ceil(H / 2), ceil(W / 2))."""
        if min(x.shape[-2:]) < 3:
            # torch compares the kernel with the map without its padding, so the padding is made beforehand
            return functional.avg_pool3d(functional.pad(x, (1, 1, 1, 1)), self.pool.kernel_size, self.pool.stride)
        pooled: Tensor = self.pool(x)
        return pooled
