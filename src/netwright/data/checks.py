"""What a data set must be before a study may trust it."""

from torch import Tensor

from netwright.data.dataset import Dataset
from netwright.data.split import held_out
from netwright.records.errors import DataError
from netwright.records.scenario import Design

_NAMED = 5


def check_dataset(dataset: Dataset, design: Design, group: str | None = None) -> tuple[str, ...]:
    """Check a data set, and that it is large enough for a design.

    Args:
        dataset: The data.
        design: Sizes and held-out parts.
        group: The column whose groups are compared; None for none.

    Returns:
        What a reader of the decision must know: the notes of the data set, classes that the smallest size may lack,
        samples that stand in training and test.

    Raises:
        DataError: A part is empty, there is one class only, a label is out of range, the design asks for more samples
            than there are, for fewer than classes, or for so few that they may all be of one class, the same file is
            in training and test, or there is no such column of groups.
    """
    _check_part(dataset, "training", dataset.train_labels)
    _check_part(dataset, "test", dataset.test_labels)
    _check_classes(dataset)
    pool = dataset.train_labels[held_out(dataset, design)[1]]
    _check_sizes(dataset, design, len(pool))
    _check_smallest(dataset, "design.sizes", "training", pool, design.sizes[0])
    if design.test is not None:
        _check_smallest(dataset, "design.test", "test", dataset.test_labels, design.test)
    if group is not None:
        dataset.groups(group)
    return (*dataset.notes, *_rare(dataset, pool, design.sizes[0]), *dataset.leaks())


def surely_from(count: int, total: int, classes: int) -> int:
    """Return from how many samples on a class is surely among a stratified part.

    Among the first n of `netwright.data.split.nested_order` it occurs at least n count/total - (1 - 1/(2K - 2)) times,
    so at least once where n > total/count (1 - 1/(2K - 2)).

    Args:
        count: How often it occurs in the whole; at least 1.
        total: Samples of the whole.
        classes: How many classes occur in the whole, K, at least 2.

    Returns:
        The smallest such n.

    Source: Tijdeman 1980, "The chairman assignment problem", Discrete Mathematics 32, theorem 1.

    >>> surely_from(14, 1000, 2)
    36
    """
    return total * (2 * classes - 3) // (count * (2 * classes - 2)) + 1


def _check_part(dataset: Dataset, part: str, labels: Tensor) -> None:
    if not len(labels):
        raise DataError(f"the {part} part of {dataset.name} has no {dataset.samples}; add some for every class")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= len(dataset.classes):
        wrong = low if low < 0 else high
        raise DataError(
            f"the {part} part of {dataset.name} has the label {wrong}, but its {len(dataset.classes)} classes are "
            f"numbered from 0 to {len(dataset.classes) - 1}; correct the labels or name all classes"
        )


def _check_classes(dataset: Dataset) -> None:
    first = int(dataset.train_labels[0])
    if bool((dataset.train_labels == first).all()):
        raise DataError(
            f"all training {dataset.samples} of {dataset.name} are of one class, {dataset.classes[first]!r}: there is "
            f"nothing to tell apart; add {dataset.samples} of at least one other class"
        )


def _check_sizes(dataset: Dataset, design: Design, room: int) -> None:
    if design.sizes[-1] > room:
        whole = "" if dataset.train_origins is None else ", with everything of their origins"
        raise DataError(
            f"design.sizes asks for {design.sizes[-1]} training {dataset.samples}, but {dataset.name} has "
            f"{len(dataset.train_labels)}, {len(dataset.train_labels) - room} of them held out for validation{whole}; "
            f"ask for at most {room}, or lower design.validation"
        )
    if design.sizes[0] < len(dataset.classes):
        raise DataError(
            f"design.sizes asks for {design.sizes[0]} training {dataset.samples}, but {dataset.name} has "
            f"{len(dataset.classes)} classes; ask for at least as many as classes"
        )
    if design.test is not None and design.test > len(dataset.test_labels):
        raise DataError(
            f"design.test asks for {design.test} test {dataset.samples}, but {dataset.name} has "
            f"{len(dataset.test_labels)}; ask for fewer, or leave design.test out to use them all"
        )


def _check_smallest(dataset: Dataset, key: str, part: str, labels: Tensor, size: int) -> None:
    counts = labels.bincount(minlength=len(dataset.classes))
    common, others = int(counts.argmax()), len(labels) - int(counts.max())
    least = surely_from(others, len(labels), int(counts.count_nonzero())) if others else 0
    if others and size >= least:
        return
    held = "" if part == "test" else " beside those held out for validation"
    remedy = f"ask for at least {least}" if others else "lower design.validation"
    raise DataError(
        f"{key} asks for {size} {part} {dataset.samples} of {dataset.name}, which may all be "
        f"{dataset.classes[common]!r}: {others} of {len(labels)} are of another class{held}; {remedy}"
    )


def _rare(dataset: Dataset, pool: Tensor, smallest: int) -> tuple[str, ...]:
    counts = pool.bincount(minlength=len(dataset.classes)).tolist()
    present = sum(count > 0 for count in counts)
    needed = {label: surely_from(count, len(pool), present) for label, count in enumerate(counts) if count}
    rare = [label for label in range(len(counts)) if label not in needed or smallest < needed[label]]
    if not rare:
        return ()
    named = ", ".join(dataset.classes[label] for label in rare[:_NAMED])
    more = f" and {len(rare) - _NAMED} more" if len(rare) > _NAMED else ""
    whole = f"; every class is there from {max(needed.values())} on" if len(needed) == len(counts) else ""
    return (f"the smallest size, {smallest}, may have no {dataset.samples} of {named}{more}{whole}",)
