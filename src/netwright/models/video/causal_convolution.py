"""A 3D convolution that sees no future frame."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.records.errors import ModelError


class CausalConvolution(nn.Module):
    """A convolution whose frame n reads input frames n s - L to n s - L + k - 1, of which none is after n s + s - 1.

    In time it is padded on the left alone, by L = max(p, k - s) frames; in space on both sides by k // 2. So it emits
    floor(T / s) frames of T where L = k - s, and with p = 1 it reads the same frames as the symmetric form with k = 3
    and s = 2, one frame earlier with k = 3 and s = 1. What stands on the left is zero, or the frames before the clip.
    It has no bias, since a batch normalisation follows.

    Source: Kondratyuk et al. 2021, "MoViNets", section 3.2 (causal convolution).

    Args:
        inputs: Channels that enter.
        outputs: Channels that leave.
        kernel: Of time, height and width.
        stride: Of time, height and width.
        padding: p, the padding in time of the symmetric form.
        groups: Of channels.

    >>> clip = torch.arange(1.0, 5.0).reshape(1, 1, 4, 1, 1)
    >>> layer = CausalConvolution(1, 1, (2, 1, 1), (1, 1, 1))
    >>> _ = nn.init.ones_(layer.convolution.weight)
    >>> layer(clip).flatten().tolist()
    [1.0, 3.0, 5.0, 7.0]
    >>> layer(clip, torch.full((1, 1, 1, 1, 1), 9.0)).flatten().tolist()
    [10.0, 3.0, 5.0, 7.0]
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: tuple[int, int, int],
        stride: tuple[int, int, int],
        *,
        padding: int = 0,
        groups: int = 1,
    ) -> None:
        super().__init__()
        self.past = max(padding, kernel[0] - stride[0])
        space = (0, kernel[1] // 2, kernel[2] // 2)
        self.convolution = nn.Conv3d(inputs, outputs, kernel, stride, padding=space, groups=groups, bias=False)

    def forward(self, x: Tensor, past: Tensor | None = None) -> Tensor:
        """Return the frames of x (N, C, T, H, W).

        Args:
            x: The clip.
            past: The L frames before it, (N, C, L, H, W); zeros where None.

        Raises:
            ModelError: The frames before are not those of such a clip.
        """
        y: Tensor = self.convolution(with_past(x, past, self.past))
        return y


def with_past(x: Tensor, past: Tensor | None, length: int) -> Tensor:
    """Return a clip behind the frames before it.

    Args:
        x: The clip, (N, C, T, H, W).
        past: The frames before it, (N, C, length, H, W); zeros where None.
        length: How many.

    Returns:
        (N, C, length + T, H, W).

    Raises:
        ModelError: The frames before are not those of such a clip.

    >>> with_past(torch.ones(1, 1, 2, 1, 1), None, 1).flatten().tolist()
    [0.0, 1.0, 1.0]
    """
    if past is None:
        # the constant enters the recording of the network as it is, whatever the batch
        return functional.pad(x, (0, 0, 0, 0, length, 0))
    expected = (*x.shape[:2], length, *x.shape[3:])
    if (tuple(past.shape), past.dtype, past.device) != (expected, x.dtype, x.device):
        raise ModelError(
            f"the state holds frames of shape {tuple(past.shape)}, {past.dtype} on {past.device}, and this clip needs "
            f"{expected}, {x.dtype} on {x.device}; pass what the step before returned for the same videos, or None "
            "where videos start"
        )
    return torch.cat([past, x], dim=2)
