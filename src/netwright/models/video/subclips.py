"""A long clip seen as subclips, one after the other: what a model answers after each of them."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import torch
from torch import Tensor
from torch.nn import functional


class SubclipLogits(NamedTuple):
    """What a model in training answers, where every subclip counts.

    Args:
        each: Logits after each subclip, (N, subclips, K); the last are the model's answer.
    """

    each: Tensor


class Answer(Protocol):
    """What a model returns in training."""

    __name__: str

    def __call__(self, each: Sequence[Tensor]) -> Tensor | SubclipLogits:
        """Return what the loss is of.

        Args:
            each: Logits (N, K) after each subclip.
        """
        ...


def split_subclips(frames: Tensor, length: int) -> tuple[Tensor, ...]:
    """Return the subclips of a clip, one after the other, none overlapping.

    Where the length does not divide T, the first subclip is the short one, and zeros stand before its frames: as if the
    video had been silent before it began. So the last subclip always ends with the newest frame, and no frame is lost.

    Args:
        frames: (N, C, T, H, W).
        length: Frames of a subclip.

    Returns:
        ceil(T / length) clips (N, C, length, H, W).

    >>> clip = torch.arange(1.0, 6.0).reshape(1, 1, 5, 1, 1)
    >>> [part.flatten().tolist() for part in split_subclips(clip, 4)]
    [[0.0, 0.0, 0.0, 1.0], [2.0, 3.0, 4.0, 5.0]]
    """
    missing = -frames.shape[2] % length
    if missing:
        frames = functional.pad(frames, (0, 0, 0, 0, missing, 0))
    return torch.split(frames, length, dim=2)


def loss_on_each(each: Sequence[Tensor]) -> Tensor | SubclipLogits:
    """Return the logits after every subclip, so that each of them is trained; of a single subclip, its own.

    Args:
        each: Logits (N, K) after each subclip.

    >>> loss_on_each([torch.zeros(2, 5), torch.ones(2, 5)]).each.shape
    torch.Size([2, 2, 5])
    """
    return SubclipLogits(torch.stack(list(each), dim=1)) if len(each) > 1 else each[0]


def loss_on_last(each: Sequence[Tensor]) -> Tensor | SubclipLogits:
    """Return the logits after the last subclip alone: the answer to the video.

    Args:
        each: Logits (N, K) after each subclip.

    >>> loss_on_last([torch.zeros(1, 2), torch.ones(1, 2)]).tolist()
    [[1.0, 1.0]]
    """
    return each[-1]


LOSS_ON: dict[str, Answer] = {"each": loss_on_each, "last": loss_on_last}
"""What a model answers in training, by the name that an option gives it."""
