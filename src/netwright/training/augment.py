"""Random changes of training samples and clips that leave their class as it is."""

from collections.abc import Callable

import torch
from torch import Tensor

from netwright.records.candidate import Recipe
from netwright.records.errors import CandidateError
from netwright.training.clip_changes import corner_crop, flip_clips, shift_clips

Augmentation = Callable[[Tensor, torch.Generator], Tensor]
"""From a batch of inputs (N, ...) and the source of its draws to the changed batch, on the same device."""
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


def _nothing(inputs: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG001 - every augmentation has it
    return inputs


def _both(first: Augmentation, second: Augmentation) -> Augmentation:
    return lambda inputs, generator: second(first(inputs, generator), generator)


_OF_IMAGES: dict[str, Augmentation] = {"shift": shift, "flip": flip, "shift-flip": _both(shift, flip)}
_OF_CLIPS: dict[str, Augmentation] = {
    "shift": shift_clips,
    "flip": flip_clips,
    "shift-flip": _both(shift_clips, flip_clips),
    "corner-crop": corner_crop,
    "corner-crop-flip": _both(corner_crop, flip_clips),
}
_BY_DIMENSIONS = {3: _OF_IMAGES, 4: _OF_CLIPS}
"""Dimensions of an input -> what can be done to it."""


def make_augmentation(recipe: Recipe, shape: tuple[int, ...]) -> Augmentation:
    """Return the augmentation of a recipe.

    Args:
        recipe: Names it: `none`, `shift`, `flip` or `shift-flip`; of clips also `corner-crop` and `corner-crop-flip`.
        shape: Of an input.

    Returns:
        A function of a batch and a generator. It changes every frame of a clip alike.

    Raises:
        CandidateError: It changes what the inputs are not.

    >>> rows = torch.ones(2, 5)
    >>> make_augmentation(Recipe(), (5,))(rows, torch.Generator()) is rows
    True
    """
    if recipe.augment == "none":
        return _nothing
    known = _BY_DIMENSIONS.get(len(shape), {})
    if recipe.augment not in known:
        changes = "images (channels, height, width) or clips" if recipe.augment in _OF_IMAGES else "clips"
        others = f"take one of {', '.join(known)}, or " if known else ""
        raise CandidateError(
            f"recipe.augment = {recipe.augment!r} changes {changes} (channels, frames, height, width), but inputs have "
            f"the shape {shape}; {others}leave augment out"
        )
    return known[recipe.augment]


def _moved(side: int, count: int, generator: torch.Generator) -> Tensor:
    reach = max(1, round(REACH * side)) if side > 1 else 0
    distance = torch.randint(-reach, reach + 1, (count, 1), generator=generator)
    return (torch.arange(side) - distance).clamp(0, side - 1)
