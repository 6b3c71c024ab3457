"""How the two paths of the causal ShuffleNet begin: one for what is seen, one for how it moves."""

from torch import Tensor, nn

from netwright.models.video.causal_convolution import CausalConvolution
from netwright.models.video.mean_pool import MeanPool


class EverySecondFrame(nn.Module):
    """Frames 0, 2, 4, ... of a clip.

    >>> import torch
    >>> EverySecondFrame()(torch.arange(5.0).reshape(1, 1, 5, 1, 1)).flatten().tolist()
    [0.0, 2.0, 4.0]
    """

    def forward(self, frames: Tensor) -> Tensor:
        """Return (N, C, ceil(T / 2), H, W)."""
        return frames[:, :, ::2]


class Stem(nn.Module):
    """Sampling of the frames, a causal convolution with its normalisation and ReLU, and a pooling.

    Args:
        sample: From a clip to the frames that the path reads.
        convolution: Of one frame of the past.
        channels: Of the convolution.
        pool: Behind the ReLU.
    """

    def __init__(self, sample: nn.Module, convolution: CausalConvolution, channels: int, pool: nn.Module) -> None:
        super().__init__()
        self.sample = sample
        self.convolution = convolution
        self.norm = nn.BatchNorm3d(channels)
        self.activation = nn.ReLU()
        self.pool = pool

    def forward(self, sampled: Tensor, past: Tensor | None = None) -> Tensor:
        """Return the stem's frames.

        Args:
            sampled: `sample(frames)`.
            past: The sampled frame before the clip; zero where None.
        """
        x: Tensor = self.pool(self.activation(self.norm(self.convolution(sampled, past))))
        return x


def slow_stem(inputs: int, channels: int) -> Stem:
    """Return the stem of the spatial path: every second frame, in full.

    (N, C, T, H, W) becomes (N, channels, T/2, H/4, W/4): a convolution 2x3x3 of stride 1x2x2, then the maxima of 1x3x3.

    Source: "3D Causal ShuffleNet in Dual Paths", section 4.1; kernels from the released code.

    Args:
        inputs: Channels of a frame.
        channels: Of the stem.

    >>> import torch
    >>> stem, clip = slow_stem(3, 24), torch.zeros(1, 3, 16, 112, 112)
    >>> stem(stem.sample(clip)).shape
    torch.Size([1, 24, 8, 28, 28])
    """
    convolution = CausalConvolution(inputs, channels, (2, 3, 3), (1, 2, 2))
    pool = nn.MaxPool3d((1, 3, 3), stride=(1, 2, 2), padding=(0, 1, 1))
    return Stem(EverySecondFrame(), convolution, channels, pool)


def fast_stem(inputs: int, channels: int) -> Stem:
    """Return the stem of the temporal path: every frame, at half the height and width.

    (N, C, T, H, W) becomes (N, channels, T/2, H/4, W/4): the means of 1x3x3, then a convolution 3x3x3 of stride 2.

    Source: "3D Causal ShuffleNet in Dual Paths", section 4.1; kernels from the released code.

    Args:
        inputs: Channels of a frame.
        channels: Of the stem.

    >>> import torch
    >>> stem, clip = fast_stem(3, 24), torch.zeros(1, 3, 16, 112, 112)
    >>> stem(stem.sample(clip)).shape
    torch.Size([1, 24, 8, 28, 28])
    """
    return Stem(MeanPool(1), CausalConvolution(inputs, channels, (3, 3, 3), (2, 2, 2)), channels, nn.Identity())
