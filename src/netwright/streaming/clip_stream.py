"""A model of clips as a stream, in the form of it that can be one."""

from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from netwright.streaming.heads.head import Head
from netwright.streaming.streamer import Streamer, stream


@runtime_checkable
class Whole(Protocol):
    """A model of clips that cuts them into subclips, and has a form that does not."""

    def whole_clip(self) -> nn.Module:
        """Return that form, with the same weights."""
        ...


def clip_stream(model: nn.Module, example: Tensor, mode: str = "causal", head: Head | None = None) -> Streamer:
    """Return a model of clips as a stream; of one that cuts them into subclips, its whole form.

    Args:
        model: Takes clips (N, C, T, H, W).
        example: A clip.
        mode: `causal` or `delayed`, see `netwright.streaming.streamer.stream`.
        head: What becomes of pools over all frames.

    Returns:
        The stream.

    Raises:
        ModelError: The mode is unknown, or an operation of the model cannot run on a stream.

    >>> import torch
    >>> model = nn.Sequential(nn.Conv3d(3, 2, 1), nn.AdaptiveAvgPool3d(1), nn.Flatten())
    >>> clip_stream(model, torch.zeros(1, 3, 4, 8, 8)).memory().total
    16
    """
    return stream(model.whole_clip() if isinstance(model, Whole) else model, example, mode, head)
