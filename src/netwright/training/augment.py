"""Random changes of training images that leave their class as it is."""

from collections.abc import Callable

import torch
from torch import Tensor

from netwright.records.candidate import Recipe
from netwright.records.errors import CandidateError

Augmentation = Callable[[Tensor, torch.Generator], Tensor]
"""From a batch (N, C, H, W) and the source of its draws to the changed batch, on the same device."""
REACH = 0.1
"""An image is shifted by up to this share of its side."""


def shift(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return each image moved by a random whole number of pixels, up to a tenth of its sides, at least one.

    y(i, j) = x(i - d, j - e) with d, e uniform on whole numbers; outside the image, its nearest pixel.

    Args:
        images: (N, C, H, W), on any device.
        generator: Source of the draws, on the CPU.

    Returns:
        (N, C, H, W); the argument stays as it was.

    Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks",
    section 4.1 (translations).

    >>> image = torch.arange(4.0).reshape(1, 1, 1, 4)
    >>> sorted({tuple(shift(image, torch.Generator().manual_seed(s)).flatten().tolist()) for s in range(20)})
    [(0.0, 0.0, 1.0, 2.0), (0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 3.0)]
    """
    count, _, height, width = images.shape
    rows, columns = (_moved(side, count, generator).to(images.device) for side in (height, width))
    sample = torch.arange(count, device=images.device)
    # (N, H, W, C): the index of the channels lies between the others
    moved = images[sample[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2).contiguous()


def flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Return each image as it is or as its mirror image (left and right exchanged), with even chances.

    Args:
        images: (N, C, H, W), on any device.
        generator: Source of the draws, on the CPU.

    Returns:
        (N, C, H, W); the argument stays as it was.

    Source: Krizhevsky, Sutskever and Hinton 2012, section 4.1 (horizontal reflections).

    >>> image = torch.arange(3.0).reshape(1, 1, 1, 3)
    >>> sorted({tuple(flip(image, torch.Generator().manual_seed(s)).flatten().tolist()) for s in range(20)})
    [(0.0, 1.0, 2.0), (2.0, 1.0, 0.0)]
    """
    mirrored = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(mirrored.to(images.device)[:, None, None, None], images.flip(-1), images)


def _shift_flip(images: Tensor, generator: torch.Generator) -> Tensor:
    return flip(shift(images, generator), generator)


def _nothing(inputs: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - every augmentation has it
    return inputs


_AUGMENTATIONS: dict[str, Augmentation] = {"none": _nothing, "shift": shift, "flip": flip, "shift-flip": _shift_flip}


def make_augmentation(recipe: Recipe, shape: tuple[int, ...]) -> Augmentation:
    """Return the augmentation of a recipe.

    Args:
        recipe: Names it: `none`, `shift`, `flip` or `shift-flip`.
        shape: Of an input.

    Returns:
        A function of a batch and a generator.

    Raises:
        CandidateError: It changes images, and the inputs are none.

    >>> rows = torch.ones(2, 5)
    >>> make_augmentation(Recipe(), (5,))(rows, torch.Generator()) is rows
    True
    """
    if recipe.augment != "none" and len(shape) != 3:
        raise CandidateError(
            f"recipe.augment = {recipe.augment!r} changes images (channels, height, width), but inputs have the shape "
            f"{shape}; leave augment out"
        )
    return _AUGMENTATIONS[recipe.augment]


def _moved(side: int, count: int, generator: torch.Generator) -> Tensor:
    reach = max(1, round(REACH * side)) if side > 1 else 0
    distance = torch.randint(-reach, reach + 1, (count, 1), generator=generator)
    return (torch.arange(side) - distance).clamp(0, side - 1)
