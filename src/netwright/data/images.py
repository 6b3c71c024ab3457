"""A data set of labelled images, and how its images become a model's inputs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import torch
from torch import Tensor

from netwright.data.fingerprint import fingerprint
from netwright.data.groups import Groups, find_groups, pack_groups, unpack_groups
from netwright.data.packed import Packed
from netwright.data.shared import equal_files, shared_samples
from netwright.records.errors import DataError

CENTRE, SPREAD = 0.5, 0.25
"""Every input is (pixel share - CENTRE)/SPREAD: the same for every data set, so that serving needs no statistics."""
_ARRAYS = ("train_images", "train_labels", "test_images", "test_labels")
_TOLD = ("classes", "notes", "train_files", "test_files")


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled images in a training part and a test part, all of one shape: a `netwright.data.dataset.Dataset`.

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
        test_groups: Column -> the groups of the test images.
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
    test_groups: Mapping[str, Groups] = field(default_factory=dict)

    samples: ClassVar[str] = "images"
    train_origins: ClassVar[Tensor | None] = None
    features: ClassVar[tuple[str, ...]] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of an image."""
        channels, height, width = self.train_images.shape[1:]
        return channels, height, width

    def train_inputs(self, indices: Tensor) -> Tensor:
        """Return training images as inputs, float32 (K, C, H, W), for indices int64 (K,)."""
        return to_inputs(self.train_images[indices])

    def test_inputs(self, indices: Tensor) -> Tensor:
        """Return test images as inputs, float32 (K, C, H, W), for indices int64 (K,)."""
        return to_inputs(self.test_images[indices])

    def groups(self, column: str) -> Groups:
        """Return the names of a column's groups, and the group of each test image."""
        return find_groups(self.name, self.test_groups, column)

    def leaks(self) -> tuple[str, ...]:
        """Return a note on images that stand in both parts byte for byte; DataError where they are files."""
        pairs = shared_samples(self.train_images, self.test_images)
        if not pairs:
            return ()
        if self.train_files:
            raise DataError(equal_files(self.name, self.samples, pairs, (self.train_files, self.test_files)))
        share = f"{len(pairs)} of {len(self.test_labels)} test images"
        return (f"{share} of {self.name} stand in its training part too, byte for byte: accuracy is flattered",)

    def packed(self) -> Packed:
        """Return the arrays and facts that `unpacked` makes the same data set of."""
        arrays, names = pack_groups(self.test_groups)
        told = {name: json.dumps(getattr(self, name)) for name in _TOLD}
        return Packed({name: getattr(self, name) for name in _ARRAYS} | arrays, {"name": self.name, **names, **told})

    @classmethod
    def unpacked(cls, packed: Packed) -> "ImageDataset":
        """Return the data set of arrays and facts, with its fingerprint computed anew."""
        images, labels, test_images, test_labels = (packed.arrays[name] for name in _ARRAYS)
        classes, notes, *files = (tuple(json.loads(packed.facts[name])) for name in _TOLD)
        return make_image_dataset(
            packed.facts["name"], (images, labels), (test_images, test_labels), classes, notes,
            (files[0], files[1]), unpack_groups(packed),
        )  # fmt: skip


def make_image_dataset(
    name: str,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    classes: tuple[str, ...],
    notes: tuple[str, ...] = (),
    files: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    groups: Mapping[str, Groups] | None = None,
) -> ImageDataset:
    """Return a data set of images that are in memory, with its fingerprint.

    Args:
        name: What it is called.
        train: Images, uint8 (N, C, H, W), and labels, int64 (N,).
        test: The same for the test part.
        classes: What each label means.
        notes: What a reader must know.
        files: The files of the training images and of the test images, where there are files.
        groups: Column -> the groups of the test images.

    Returns:
        The data set.

    Raises:
        DataError: There are not as many labels as images.
    """
    for part, (images, labels) in (("training", train), ("test", test)):
        if len(images) != len(labels):
            raise DataError(
                f"the {part} part of {name} has {len(images)} images but {len(labels)} labels; give each image one"
            )
    arrays = dict(zip(_ARRAYS, (*train, *test), strict=True))
    known = groups or {}
    return ImageDataset(
        name,
        train_images=train[0],
        train_labels=train[1],
        test_images=test[0],
        test_labels=test[1],
        classes=classes,
        fingerprint=fingerprint(arrays | pack_groups(known)[0], classes),
        notes=notes,
        train_files=files[0],
        test_files=files[1],
        test_groups=known,
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
