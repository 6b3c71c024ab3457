"""A data set of labelled images, and how its images become a model's inputs."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.data.fingerprint import fingerprint

CENTRE, SPREAD = 0.5, 0.25
"""Every input is (pixel share - CENTRE)/SPREAD: the same for every data set, so that serving needs no statistics."""


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled images in a training part and a test part, all of one shape.

    Args:
        name: Name of the source, or `folder:PATH`.
        train_images: uint8 (N, C, H, W), black 0 to white 255.
        train_labels: int64 (N,), indices into `classes`.
        test_images: uint8 (M, C, H, W).
        test_labels: int64 (M,).
        classes: What each label means.
        fingerprint: SHA-256 of arrays and classes, see `netwright.data.fingerprint`.
        notes: What a reader must know about this data.
        train_files: The file of each training image; empty where the images do not come from single files.
        test_files: The file of each test image.
    """

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()
    train_files: tuple[str, ...] = ()
    test_files: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of an image."""
        channels, height, width = self.train_images.shape[1:]
        return channels, height, width


def make_dataset(
    name: str,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    classes: tuple[str, ...],
    notes: tuple[str, ...] = (),
    train_files: tuple[str, ...] = (),
    test_files: tuple[str, ...] = (),
) -> ImageDataset:
    """Return a data set of images that are in memory, with its fingerprint.

    Args:
        name: What it is called.
        train: Images, uint8 (N, C, H, W), and labels, int64 (N,).
        test: The same for the test part.
        classes: What each label means.
        notes: What a reader must know.
        train_files: The file of each training image, where there are files.
        test_files: The file of each test image.

    Returns:
        The data set.
    """
    arrays = {
        "train_images": train[0],
        "train_labels": train[1],
        "test_images": test[0],
        "test_labels": test[1],
    }
    return ImageDataset(
        name,
        train_images=train[0],
        train_labels=train[1],
        test_images=test[0],
        test_labels=test[1],
        classes=classes,
        fingerprint=fingerprint(arrays, classes),
        notes=notes,
        train_files=train_files,
        test_files=test_files,
    )


def to_inputs(images: Tensor) -> Tensor:
    """Return images as the inputs of a model.

    x = (pixel/255 - 0.5)/0.25, so black is -2 and white is 2.

    Args:
        images: uint8 (N, C, H, W).

    Returns:
        float32 (N, C, H, W).

    >>> to_inputs(torch.tensor([0, 255], dtype=torch.uint8)).tolist()
    [-2.0, 2.0]
    """
    return images.to(torch.float32).mul_(1 / (255 * SPREAD)).sub_(CENTRE / SPREAD)
