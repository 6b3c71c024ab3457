"""Occlusion in time: how much less probable a class becomes when a stretch of a clip is hidden."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError
from netwright.structure.evaluation_mode import evaluation_mode

AT_ONCE = 8
"""Clips that are answered together."""
SHARE = 8
"""A stretch is this part of a clip if it is not given."""


class Hiding(Protocol):
    """What stands in place of a stretch of frames."""

    def __call__(self, clip: Tensor, start: int, stop: int) -> Tensor:
        """Return the clip (C, T, H, W) with frames from `start` to before `stop` hidden; the clip itself stays."""
        ...


def held(clip: Tensor, start: int, stop: int) -> Tensor:
    """Hold the frame before a stretch through it; of the first stretch, show the frame behind it.

    Motion stops and nothing new is shown, so the clip stays one that a camera could have taken.

    Args:
        clip: (C, T, H, W).
        start: First frame to be hidden.
        stop: The one behind the last.

    Returns:
        A new clip.

    >>> held(torch.arange(5.0).reshape(1, 5, 1, 1), 2, 4).flatten().tolist()
    [0.0, 1.0, 1.0, 1.0, 4.0]
    >>> held(torch.arange(5.0).reshape(1, 5, 1, 1), 0, 2).flatten().tolist()
    [2.0, 2.0, 2.0, 3.0, 4.0]
    """
    shown = start - 1 if start else stop
    hidden = clip.clone()
    hidden[:, start:stop] = clip[:, shown : shown + 1]
    return hidden


def mean_frame(clip: Tensor, start: int, stop: int) -> Tensor:
    """Show the mean of all frames of the clip during a stretch.

    Args:
        clip: (C, T, H, W).
        start: First frame to be hidden.
        stop: The one behind the last.

    Returns:
        A new clip.

    >>> mean_frame(torch.tensor([0, 4, 5], dtype=torch.uint8).reshape(1, 3, 1, 1), 0, 2).flatten().tolist()
    [3, 3, 5]
    """
    hidden, mean = clip.clone(), clip.double().mean(dim=1, keepdim=True)
    hidden[:, start:stop] = (mean if clip.is_floating_point() else mean.round()).to(clip.dtype)
    return hidden


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How much a class loses when frames are hidden.

    Args:
        drops: For each frame, the mean over the stretches with it of p - p', the probability of the class before and
            with the stretch hidden; below 0 where hiding helps. float64 (T,).
        stretch: Frames that were hidden together.
        hidden: Name of what stood in their place.
    """

    drops: Tensor
    stretch: int
    hidden: str


def occlude_in_time(
    model: nn.Module, clip: Tensor, label: int, stretch: int | None = None, hiding: Hiding = held
) -> Occlusion:
    """Return how much less probable a class becomes when a stretch of a clip is hidden, for each stretch in it.

    It looks at the network from outside, so it holds for any architecture; it costs T - stretch + 2 answers.

    Args:
        model: Answers logits (N, K) in evaluation mode; it is put in that mode meanwhile.
        clip: One clip (C, T, H, W), as the network takes them, without the batch.
        label: The class.
        stretch: Frames that are hidden together; an eighth of the clip if not given, and at least one.
        hiding: What stands in their place.

    Returns:
        The drops of the probability.

    Raises:
        ModelError: It is no clip, it has no frame besides those hidden, or the label is none of the network's.

    Source: Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2, in time.
    """
    if clip.dim() != 4:
        raise ModelError(
            f"found an input of shape {tuple(clip.shape)}; pass one clip (channels, frames, height, width)"
        )
    frames = clip.shape[1]
    length = max(1, frames // SHARE) if stretch is None else stretch
    if not 0 < length < frames:
        raise ModelError(f"found a stretch of {length} frames in a clip of {frames}; hide at least 1, and not all")
    starts = range(frames - length + 1)
    with evaluation_mode(model), torch.no_grad():
        seen = _probability(model, clip[None], label)
        parts = [starts[first : first + AT_ONCE] for first in range(0, len(starts), AT_ONCE)]
        hidden = [
            _probability(model, torch.stack([hiding(clip, start, start + length) for start in part]), label)
            for part in parts
        ]
    lost = seen - torch.cat(hidden)
    covered = torch.zeros(len(starts), frames, dtype=torch.float64)
    for start in starts:
        covered[start, start : start + length] = 1
    return Occlusion((lost @ covered) / covered.sum(0), length, getattr(hiding, "__name__", type(hiding).__name__))


def _probability(model: nn.Module, clips: Tensor, label: int) -> Tensor:
    device = next((parameter.device for parameter in model.parameters()), clips.device)
    logits: Tensor = model(clips.to(device))
    if not 0 <= label < logits.shape[1]:
        raise ModelError(f"found the label {label}; the network has {logits.shape[1]} classes, from 0")
    return torch.softmax(logits.double(), dim=1)[:, label].cpu()
