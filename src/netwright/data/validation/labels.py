"""The labels of a data set: whether each means something, and how many there are of each."""

from collections.abc import Iterator, Sequence

import torch

from netwright.data.validation.subject import NAMED, Subject
from netwright.records.validation import Finding

IMBALANCE = 20.0
"""From this ratio of the largest class to the smallest on, accuracy alone says little."""
FEW = 10
"""Fewer test samples than this of a class say nothing about it."""


def check_labels(subject: Subject) -> Iterator[Finding]:
    """Yield what is wrong with the labels: out of range, one class only, a class without samples, few, or uneven.

    Args:
        subject: The data.

    Yields:
        Findings.
    """
    data, profile = subject.dataset, subject.profile
    for part, labels in (("train", data.train_labels), ("test", data.test_labels)):
        yield from _out_of_range(subject, part, labels)
    there = [name for name, count in zip(profile.classes, profile.train, strict=True) if count]
    if len(there) == 1:
        yield Finding(
            severity="error",
            kind="one class",
            what=f"every training sample is {there[0]!r}",
            where=(there[0],),
            remedy=f"Add {data.samples} of at least one other class.",
        )
    yield from _missing(subject)
    yield from _uneven(subject)


def _out_of_range(subject: Subject, part: str, labels: torch.Tensor) -> Iterator[Finding]:
    classes = len(subject.dataset.classes)
    wrong = ((labels < 0) | (labels >= classes)).nonzero().flatten().tolist()
    if wrong:
        yield Finding(
            severity="error",
            kind="unknown label",
            what=f"labels such as {int(labels[wrong[0]])} in the {part} part, but classes go from 0 to {classes - 1}",
            where=subject.places(part, wrong),
            count=len(wrong),
            of=len(labels),
            remedy="Correct these labels, or name all classes.",
        )


def _missing(subject: Subject) -> Iterator[Finding]:
    profile = subject.profile
    counts = list(zip(profile.classes, profile.train, profile.test, strict=True))
    never = [name for name, train, test in counts if not train and not test]
    untrained = [(name, test) for name, train, test in counts if test and not train]
    untested = [name for name, train, test in counts if train and not test]
    few = [name for name, train, test in counts if train and 0 < test < FEW]
    if untrained:
        yield Finding(
            severity="error",
            kind="class not trained",
            what=f"{len(untrained)} classes are tested, but have no training {profile.samples}",
            where=_names([name for name, _ in untrained]),
            count=sum(test for _, test in untrained),
            of=sum(profile.test),
            remedy="No model can answer them: add training samples, or take the class out of the test part.",
        )
    if untested:
        what = f"{len(untested)} classes have no test {profile.samples}"
        remedy = "Nothing will be known of how these are answered: add test samples."
        yield Finding(severity="warning", kind="class not tested", what=what, where=_names(untested), remedy=remedy)
    if few:
        what = f"{len(few)} classes have fewer than {FEW} test {profile.samples}"
        remedy = "Figures of these classes will be guesses: add test samples."
        yield Finding(severity="warning", kind="class hardly tested", what=what, where=_names(few), remedy=remedy)
    if never:
        what = f"{len(never)} classes have no {profile.samples} at all"
        yield Finding(
            severity="note", kind="empty class", what=what, where=_names(never), remedy="Take them out of the classes."
        )


def _uneven(subject: Subject) -> Iterator[Finding]:
    profile = subject.profile
    present = [(count, name) for name, count in zip(profile.classes, profile.train, strict=True) if count]
    if len(present) < 2 or max(present)[0] < IMBALANCE * min(present)[0]:
        return
    (least, rare), (most, common) = min(present), max(present)
    yield Finding(
        severity="warning",
        kind="imbalance",
        what=f"{common} has {most / least:,.0f} times as many training {profile.samples} as {rare}",
        where=(rare,),
        count=least,
        of=sum(profile.train),
        remedy=f"A model that always answers {common} is right in {most / sum(profile.train):.1%}: state a constraint "
        "on macro_f1 or average precision beside accuracy.",
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(names[:NAMED])
