"""Samples that occur more than once: within the training part, across the parts, and with different labels."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from netwright.data.dataset import Dataset
from netwright.data.text_bytes import decode_texts
from netwright.data.validation.near import near_copies, pictures_of
from netwright.data.validation.subject import Subject
from netwright.records.validation import Finding

_DIGEST = 16
_AT_ONCE = 4096
_BY_CHANCE = "Different events may look the same; where these are the same, remove all but one."


@dataclass(frozen=True)
class Repeats:
    """Samples that have an equal among those before them; training samples come before test samples.

    Args:
        within: (index of the first, index), both of the training part.
        across: (index of the first in the training part, index in the test part).
        conflicts: (index of the first, index) in the training part, of equal samples with different labels.
    """

    within: tuple[tuple[int, int], ...]
    across: tuple[tuple[int, int], ...]
    conflicts: tuple[tuple[int, int], ...]


def repeats(train: Sequence[bytes], test: Sequence[bytes], labels: Sequence[int]) -> Repeats:
    """Return which samples repeat, of their digests.

    Args:
        train: Of the training samples; equal exactly where the samples count as equal.
        test: Of the test samples.
        labels: Of the training samples.

    Returns:
        The repeats.

    >>> repeats([b"a", b"b", b"a"], [b"b"], [0, 0, 1])
    Repeats(within=((0, 2),), across=((1, 0),), conflicts=((0, 2),))
    """
    first: dict[bytes, int] = {}
    within = []
    for index, digest in enumerate(train):
        before = first.setdefault(digest, index)
        if before != index:
            within.append((before, index))
    across = [(first[digest], index) for index, digest in enumerate(test) if digest in first]
    conflicts = [(before, index) for before, index in within if labels[before] != labels[index]]
    return Repeats(tuple(within), tuple(across), tuple(conflicts))


def check_repeats(subject: Subject) -> Iterator[Finding]:
    """Yield what repeats: exactly, and nearly (pictures of almost equal pixels, texts of equal words).

    Args:
        subject: The data.

    Yields:
        Findings. A file that is in both parts is an error, since whoever brought it can remove it.
    """
    exact = exact_repeats(subject.dataset)
    yield from _leak(subject, exact)
    yield from _conflicts(subject, exact)
    yield from _within(subject, exact.within)
    yield from _near(subject, exact)


def exact_repeats(dataset: Dataset) -> Repeats:
    """Return which samples repeat as a model sees them, byte for byte (by a digest of 128 bits).

    Args:
        dataset: The data.

    Returns:
        The repeats.
    """
    train = list(_digests(dataset.train_inputs, len(dataset.train_labels)))
    test = list(_digests(dataset.test_inputs, len(dataset.test_labels)))
    return repeats(train, test, dataset.train_labels.tolist())


def _digests(inputs: Callable[[torch.Tensor], torch.Tensor], count: int) -> Iterator[bytes]:
    for at in range(0, count, _AT_ONCE):
        for row in inputs(torch.arange(at, min(count, at + _AT_ONCE))).flatten(1).numpy():
            yield hashlib.blake2b(np.ascontiguousarray(row).data, digest_size=_DIGEST).digest()


def _leak(subject: Subject, found: Repeats) -> Iterator[Finding]:
    if not found.across:
        return
    tested, files = len(subject.dataset.test_labels), bool(getattr(subject.dataset, "train_files", ()))
    # texts and rows that are equal may be of different people and events
    ours = files and subject.dataset.samples in {"images", "videos"}
    yield Finding(
        severity="error" if ours else "warning",
        kind="leak",
        what=f"{len(found.across):,} of {tested:,} test {subject.dataset.samples} stand in the training part too",
        where=_pairs(subject, found.across),
        count=len(found.across),
        of=tested,
        remedy="Remove each from one of the two parts: accuracy is flattered.",
    )


def _conflicts(subject: Subject, found: Repeats) -> Iterator[Finding]:
    if found.conflicts:
        labels, classes = subject.dataset.train_labels, subject.dataset.classes
        before, after = found.conflicts[0]
        yield Finding(
            severity="warning",
            kind="label conflict",
            what=f"{len(found.conflicts):,} training {subject.dataset.samples} equal one of another label, "
            f"such as {_class(classes, labels[before])} and {_class(classes, labels[after])}",
            where=subject.places("train", (index for pair in found.conflicts for index in pair)),
            count=len(found.conflicts),
            of=len(labels),
            remedy="At most one label can be learnt: look at them, and correct the wrong ones.",
        )


def _within(subject: Subject, within: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    if within:
        data = subject.dataset
        yield Finding(
            severity="warning" if len(within) > len(data.train_labels) / 20 else "note",
            kind="duplicates",
            what=f"{len(within):,} training {data.samples} repeat an earlier one",
            where=subject.places("train", (index for _, index in within)),
            count=len(within),
            of=len(data.train_labels),
            remedy=_BY_CHANCE,
        )


def _near(subject: Subject, exact: Repeats) -> Iterator[Finding]:
    data = subject.dataset
    if data.samples == "texts":
        words = _words(data.train_inputs, data.train_labels), _words(data.test_inputs, data.test_labels)
        at_all = repeats(*words, data.train_labels.tolist())
        across, how = at_all.across, "have the words of a training text, but for case, spaces and signs"
    else:
        pictures = pictures_of(data)
        across = () if pictures is None else near_copies(*pictures)
        how = "are almost, pixel for pixel, a training one"
    known = {index for _, index in exact.across}
    more = [pair for pair in across if pair[1] not in known]
    if more:
        yield Finding(
            severity="warning",
            kind="near leak",
            what=f"{len(more):,} more test {data.samples} {how}",
            where=_pairs(subject, more),
            count=len(more),
            of=len(data.test_labels),
            remedy="Look at these pairs: where they are one thing, keep it in one part only.",
        )


def _words(inputs: Callable[[torch.Tensor], torch.Tensor], labels: torch.Tensor) -> list[bytes]:
    texts = decode_texts(inputs(torch.arange(len(labels)))) if len(labels) else []
    plain = ["".join(sign if sign.isalnum() else " " for sign in text.casefold()).split() for text in texts]
    # a text without any word equals no other one
    return [" ".join(words).encode() if words else b"\0%d" % place for place, words in enumerate(plain)]


def _pairs(subject: Subject, pairs: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    first = list(pairs)[:5]
    names = zip(
        subject.places("test", (t for _, t in first)), subject.places("train", (t for t, _ in first)), strict=True
    )
    return tuple(f"{test} = {train}" for test, train in names)


def _class(classes: Sequence[str], label: torch.Tensor) -> str:
    return repr(classes[int(label)]) if 0 <= int(label) < len(classes) else str(int(label))
