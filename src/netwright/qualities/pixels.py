"""Inputs that are images, as shares of full brightness and back."""

from torch import Tensor

from netwright.data.images import CENTRE, SPREAD

SMALLEST_SIDE = 4
"""Below this many pixels, blurring or covering a part leaves nothing to see."""
DARKEST, BRIGHTEST = -CENTRE / SPREAD, (1 - CENTRE) / SPREAD
"""The inputs that black and white become."""


def are_images(inputs: Tensor) -> bool:
    """Return whether inputs are images: (N, C, H, W), both sides of 4 pixels or more.

    >>> import torch
    >>> are_images(torch.zeros(2, 1, 8, 8)), are_images(torch.zeros(2, 30))
    (True, False)
    """
    return inputs.ndim == 4 and min(inputs.shape[2:]) >= SMALLEST_SIDE


def to_brightness(inputs: Tensor) -> Tensor:
    """Return inputs as shares of full brightness, black 0 and white 1.

    >>> import torch
    >>> to_brightness(torch.tensor([DARKEST, BRIGHTEST])).tolist()
    [0.0, 1.0]
    """
    return inputs * SPREAD + CENTRE


def from_brightness(brightness: Tensor) -> Tensor:
    """Return the inputs of images given as shares of full brightness; what is out of range is cut.

    >>> import torch
    >>> from_brightness(torch.tensor([-1.0, 0.5, 1.0])).tolist()
    [-2.0, 0.0, 2.0]
    """
    return (brightness.clamp(0, 1) - CENTRE) / SPREAD
