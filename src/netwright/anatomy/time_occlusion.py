"""Occlusion in time: how much of what speaks for a class is lost when a stretch of a clip is hidden."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.training.evaluate import evaluation_batch

SHARE = 4
"""A stretch is a quarter of a clip if it is not given: what lasts, such as a motion, is seen in few frames as well."""


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

    A sure answer stays sure when a little is hidden, and its probability hardly moves; its log odds do.

    Args:
        drops: For each frame, the mean over the stretches with it of p - p', the probability of the class before and
            with the stretch hidden; below 0 where hiding helps. float64 (T,).
        lost: The same of the log odds, ln(p / (1 - p)). float64 (T,).
        stretch: Frames that were hidden together.
        hidden: Name of what stood in their place.
    """

    drops: Tensor
    lost: Tensor
    stretch: int
    hidden: str


def occlude_in_time(
    model: nn.Module, clip: Tensor, label: int, stretch: int | None = None, hiding: Hiding = held
) -> Occlusion:
    """Return how much of what speaks for a class is lost when a stretch of a clip is hidden, for each stretch in it.

    It looks at the network from outside, so it holds for any architecture; it costs T - stretch + 2 answers.

    Args:
        model: Answers logits (N, K) in evaluation mode; it is put in that mode meanwhile.
        clip: One clip (C, T, H, W), as the network takes them, without the batch.
        label: The class.
        stretch: Frames that are hidden together; a quarter of the clip if not given, and at least one.
        hiding: What stands in their place.

    Returns:
        The drops of the probability and of the log odds.

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
    starts, at_once = range(frames - length + 1), evaluation_batch(tuple(clip.shape))
    with evaluation_mode(model), torch.no_grad():
        seen = _answers(model, clip[None], label)
        parts = [starts[first : first + at_once] for first in range(0, len(starts), at_once)]
        hidden = [
            _answers(model, torch.stack([hiding(clip, start, start + length) for start in part]), label)
            for part in parts
        ]
    lost = seen - torch.cat(hidden)
    covered = torch.zeros(len(starts), frames, dtype=torch.float64)
    for start in starts:
        covered[start, start : start + length] = 1
    drops, odds = lost.T @ covered / covered.sum(0)
    return Occlusion(drops, odds, length, getattr(hiding, "__name__", type(hiding).__name__))


def _answers(model: nn.Module, clips: Tensor, label: int) -> Tensor:
    """Return probability and log odds of a class, float64 (N, 2)."""
    device = next((parameter.device for parameter in model.parameters()), clips.device)
    logits: Tensor = model(clips.to(device)).double()
    if not 0 <= label < logits.shape[1]:
        raise ModelError(f"found the label {label}; the network has {logits.shape[1]} classes, from 0")
    others = torch.cat([logits[:, :label], logits[:, label + 1 :]], dim=1)
    # of the logits, not of p: a p that rounds to 1 has finite log odds too
    odds = logits[:, label] - others.logsumexp(1)
    return torch.stack([torch.softmax(logits, dim=1)[:, label], odds], dim=1).cpu()
