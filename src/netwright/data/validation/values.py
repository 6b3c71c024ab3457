"""The columns of a data set: missing values, columns that say nothing, words that only the test part has."""

from collections.abc import Iterator

import numpy as np

from netwright.data.validation.columns import Column
from netwright.data.validation.subject import Subject
from netwright.records.validation import ColumnProfile, Finding

MANY_MISSING = 0.2
NEAR_CONSTANT = 0.995
FAR = 10.0
"""How far outside the training range a test value is remarkable, in widths of that range."""


def check_values(subject: Subject) -> Iterator[Finding]:
    """Yield what is remarkable about the columns.

    Args:
        subject: The data.

    Yields:
        Findings.
    """
    test = {column.name: column for column in subject.test}
    for profile in subject.profile.columns:
        yield from _missing(profile)
        yield from _constant(subject, profile)
        if profile.name in test:
            yield from _new_words(subject, profile, test[profile.name])
            yield from _far_out(subject, profile, test[profile.name])


def _missing(profile: ColumnProfile) -> Iterator[Finding]:
    count, of = profile.counts[-1], sum(profile.counts)
    if not count:
        return
    yield Finding(
        severity="warning" if profile.missing >= MANY_MISSING else "note",
        kind="missing values",
        what=f"{profile.name} is missing in {profile.missing:.1%} of the training rows",
        where=(profile.name,),
        count=count,
        of=of,
        remedy="Find out why: a value that is missing for a reason that is not there later misleads a model.",
    )


def _constant(subject: Subject, profile: ColumnProfile) -> Iterator[Finding]:
    # of images and texts these are figures that we made, not columns that somebody could drop
    if profile.common < NEAR_CONSTANT or subject.dataset.samples != "rows":
        return
    of = sum(profile.counts)
    yield Finding(
        severity="note",
        kind="near constant",
        what=f"{profile.common:.2%} of the training rows have one value of {profile.name}",
        where=(profile.name,),
        count=round(profile.common * of),
        of=of,
        remedy="It tells hardly anything: leave it out, or see that the data is whole.",
    )


def _new_words(subject: Subject, profile: ColumnProfile, test: Column) -> Iterator[Finding]:
    # where the training part itself has words without a bin, others in the test part are nothing new
    strange = np.flatnonzero(test.values == -1) if profile.levels and not profile.counts[-2] else np.array([])
    if len(strange):
        yield Finding(
            severity="warning",
            kind="unknown words",
            what=f"{profile.name} has words in the test part that the training part lacks",
            where=subject.places("test", strange.tolist()),
            count=len(strange),
            of=len(test.values),
            remedy="A model sees nothing there: see that both parts write the same words.",
        )


def _far_out(subject: Subject, profile: ColumnProfile, test: Column) -> Iterator[Finding]:
    width = profile.high - profile.low
    if profile.levels or not width > 0:
        return
    low, high = profile.low - FAR * width, profile.high + FAR * width
    far = np.flatnonzero((test.values < low) | (test.values > high))
    if len(far):
        yield Finding(
            severity="warning",
            kind="out of range",
            what=f"{profile.name} goes from {profile.low:.6g} to {profile.high:.6g} in the training part, and is "
            f"{test.values[far[0]]:.6g} in the test part",
            where=subject.places("test", far.tolist()),
            count=len(far),
            of=len(test.values),
            remedy="See whether the unit changed, or a cell slipped.",
        )
