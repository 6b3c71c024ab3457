"""What a data set must be before a study may trust it."""

from collections.abc import Sequence

from torch import Tensor

from netwright.data.dataset import ImageDataset
from netwright.data.shared import shared_images
from netwright.records.errors import DataError
from netwright.records.scenario import Design

_NAMED = 5


def check_dataset(dataset: ImageDataset, design: Design) -> tuple[str, ...]:
    """Check a data set, and that it is large enough for a design.

    Args:
        dataset: The data.
        design: Sizes and held-out parts.

    Returns:
        What a reader of the decision must know: the notes of the data set, images that stand in training and test.

    Raises:
        DataError: A part is empty, there is one class only, a label is out of range, the design asks for more images
            than there are or for fewer than classes, or the same image file is in training and test.
    """
    _check_part(dataset, "training", dataset.train_images, dataset.train_labels)
    _check_part(dataset, "test", dataset.test_images, dataset.test_labels)
    _check_classes(dataset)
    _check_sizes(dataset, design)
    return (*dataset.notes, *_leaks(dataset))


def _check_part(dataset: ImageDataset, part: str, images: Tensor, labels: Tensor) -> None:
    if not len(images):
        raise DataError(f"the {part} part of {dataset.name} has no images; add some for every class")
    if len(images) != len(labels):
        raise DataError(
            f"the {part} part of {dataset.name} has {len(images)} images but {len(labels)} labels; give each image one"
        )
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= len(dataset.classes):
        wrong = low if low < 0 else high
        raise DataError(
            f"the {part} part of {dataset.name} has the label {wrong}, but its {len(dataset.classes)} classes are "
            f"numbered from 0 to {len(dataset.classes) - 1}; correct the labels or name all classes"
        )


def _check_classes(dataset: ImageDataset) -> None:
    first = int(dataset.train_labels[0])
    if bool((dataset.train_labels == first).all()):
        raise DataError(
            f"every training image of {dataset.name} is of one class, {dataset.classes[first]!r}: there is "
            "nothing to tell apart; add images of at least one other class"
        )


def _check_sizes(dataset: ImageDataset, design: Design) -> None:
    room = len(dataset.train_labels) - design.validation
    if design.sizes[-1] > room:
        raise DataError(
            f"design.sizes asks for {design.sizes[-1]} training images, but {dataset.name} has "
            f"{len(dataset.train_labels)}, {design.validation} of them held out for validation; ask for at most "
            f"{max(room, 0)}, or lower design.validation"
        )
    if design.sizes[0] < len(dataset.classes):
        raise DataError(
            f"design.sizes asks for {design.sizes[0]} training images, but {dataset.name} has "
            f"{len(dataset.classes)} classes; ask for at least one image a class"
        )
    if design.test is not None and design.test > len(dataset.test_labels):
        raise DataError(
            f"design.test asks for {design.test} test images, but {dataset.name} has {len(dataset.test_labels)}; ask "
            "for fewer, or leave design.test out to use them all"
        )


def _leaks(dataset: ImageDataset) -> tuple[str, ...]:
    pairs = shared_images(dataset.train_images, dataset.test_images)
    if not pairs:
        return ()
    if dataset.train_files:
        raise DataError(_told(dataset, pairs))
    share = f"{len(pairs)} of {len(dataset.test_labels)} test images"
    return (f"{share} of {dataset.name} stand in its training part too, byte for byte: accuracy is flattered",)


def _told(dataset: ImageDataset, pairs: Sequence[tuple[int, int]]) -> str:
    lines = [f"{dataset.test_files[test]} = {dataset.train_files[train]}" for train, test in pairs[:_NAMED]]
    if len(pairs) > _NAMED:
        lines.append(f"and {len(pairs) - _NAMED} more")
    head = f"{len(pairs)} of {len(dataset.test_labels)} test images of {dataset.name} are also training images:"
    return "\n  ".join([head, *lines, "remove each from one of the two parts, or the accuracy is flattered"])
