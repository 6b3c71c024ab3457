"""The numbers of a clip: those of its frames, and motion."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.summaries.image import ImageSummary, of_brightness

FRAMES = 4
"""Frames whose numbers are taken, at equal distances."""


class VideoSummary:
    """The numbers of an image, as means over 4 frames, and two of motion.

    Motion is the mean difference between a frame and the next, of brightness in [0, 1]; still is the share of frames
    that equal the one before: a camera that froze.

    Args:
        channels: Of the clips; 3 for colour.

    >>> clip = np.full((1, 1, 3, 4, 4), 51, np.uint8)
    >>> VideoSummary(1).numbers(clip)[0, -2:].tolist()
    [0.0, 1.0]
    """

    def __init__(self, channels: int) -> None:
        self.names = (*ImageSummary(channels).names, "motion", "still")

    def numbers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """Return the numbers of clips (N, C, T, H, W) of pixels 0 .. 255."""
        n, channels, length, height, width = inputs.shape
        chosen = np.unique(np.linspace(0, length - 1, FRAMES).round().astype(np.int64))
        frames = np.moveaxis(inputs[:, :, chosen], 2, 1).reshape(n * len(chosen), channels, height, width)
        looks = (
            of_brightness(frames.astype(np.float32) / np.float32(255))
            .reshape(n, len(chosen), len(self.names) - 2)
            .mean(axis=1)
        )
        # every second pixel of each side tells motion as well as all of them, in a quarter of the time
        thin = inputs[..., ::2, ::2].astype(np.int16)
        change = np.abs(np.diff(thin, axis=2)).mean(axis=(1, 3, 4)) / 255
        steps = max(length - 1, 1)
        motion, still = change.sum(axis=1) / steps, (change == 0).sum(axis=1) / steps
        return np.concatenate([looks, motion[:, None], still[:, None]], axis=1).astype(np.float32)
