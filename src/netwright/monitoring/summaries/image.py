"""The numbers of an image: light, contrast, sharpness, colour."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

DARK, BRIGHT = 0.1, 0.9
NAMES = ("brightness", "contrast", "sharpness", "grain", "dark pixels", "bright pixels", "middle")
COLOURS = ("red", "blue", "saturation")


class ImageSummary:
    """Seven numbers of an image, and three more of one in colour.

    Of brightness in [0, 1]: mean and standard deviation; sharpness, the mean difference between neighbours; grain, the
    mean distance of a pixel from the mean of its two neighbours on a line, twice; the shares of dark (below 0.1) and
    bright pixels (above 0.9); the mean of the middle quarter less that of all. In colour: red and blue less green, and
    the mean difference between the strongest and the weakest channel.

    Args:
        channels: Of the images; 3 for colour.

    >>> flat = np.zeros((1, 1, 8, 8), np.float32)
    >>> ImageSummary(1).numbers(flat).tolist()
    [[0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]
    """

    def __init__(self, channels: int) -> None:
        self.names = NAMES + (COLOURS if channels == 3 else ())

    def numbers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """Return the numbers of images (N, C, H, W), scaled as models take them: (pixel / 255 - 0.5) / 0.25."""
        return of_brightness(np.asarray(inputs, np.float32) * np.float32(0.25) + np.float32(0.5))


def of_brightness(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the numbers of images whose pixels are in [0, 1].

    Args:
        images: (N, C, H, W).

    Returns:
        (N, 7), or (N, 10) in colour.
    """
    n, channels, height, width = images.shape
    grey = images.mean(axis=1) if channels > 1 else images[:, 0]
    flat = grey.reshape(n, height * width)
    mean = flat.mean(axis=1)
    contrast = flat.std(axis=1)
    across = grey[:, :, 1:] - grey[:, :, :-1]
    down = grey[:, 1:] - grey[:, :-1]
    sharpness = 0.5 * (_size(across) + _size(down))
    grain = _size(across[:, :, 1:] - across[:, :, :-1])
    middle = grey[:, height // 4 : height - height // 4, width // 4 : width - width // 4]
    known = np.where(np.isnan(mean), np.float32(np.nan), np.float32(1))
    columns = [
        mean,
        contrast,
        sharpness,
        grain,
        np.count_nonzero(flat < DARK, axis=1) / flat.shape[1] * known,
        np.count_nonzero(flat > BRIGHT, axis=1) / flat.shape[1] * known,
        middle.mean(axis=(1, 2)) - mean,
    ]
    if channels == 3:
        shades = images.mean(axis=(2, 3))
        saturation = (images.max(axis=1) - images.min(axis=1)).mean(axis=(1, 2))
        columns += [shades[:, 0] - shades[:, 1], shades[:, 2] - shades[:, 1], saturation]
    return np.stack(columns, axis=1).astype(np.float32)


def _size(differences: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean size of differences, (N,); 0 where there are none (an image one pixel wide)."""
    n = len(differences)
    flat = np.abs(differences).reshape(n, int(np.prod(differences.shape[1:])))
    return flat.mean(axis=1) if flat.shape[1] else np.zeros(n, np.float32)
