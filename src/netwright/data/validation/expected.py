"""Whether a data set is what was expected of it."""

from collections.abc import Iterator

import numpy as np

from netwright.data.validation.columns import Column
from netwright.data.validation.repeats import exact_repeats
from netwright.data.validation.subject import Subject
from netwright.records.errors import nearest
from netwright.records.validation import ColumnRange, Finding

_KIND = "expectation"
_ROUNDING = 1e-6
"""Values were kept as float32: limits hold up to this share of the column's width."""
_CHANGE = "Correct the data, or change what is expected."


def check_expected(subject: Subject) -> Iterator[Finding]:
    """Yield every expectation that is not met; all of them are errors.

    Args:
        subject: The data, and what it must be.

    Yields:
        Findings.
    """
    yield from _form(subject)
    yield from _amounts(subject)
    yield from _repeats(subject)
    yield from _shares(subject)
    for name, wanted in subject.expectations.columns.items():
        yield from _column(subject, name, wanted)


def _broken(what: str, where: tuple[str, ...] = (), count: int = 0, of: int = 0, remedy: str = _CHANGE) -> Finding:
    return Finding(severity="error", kind=_KIND, what=what, where=where, count=count, of=of, remedy=remedy)


def _form(subject: Subject) -> Iterator[Finding]:
    wanted, found = subject.expectations, subject.profile
    if wanted.samples is not None and wanted.samples != found.samples:
        yield _broken(f"found {found.samples}, expected {wanted.samples}")
    if wanted.shape is not None and wanted.shape != found.shape:
        yield _broken(f"found inputs of the shape {found.shape}, expected {wanted.shape}")
    if wanted.classes is not None:
        strange = [name for name in found.classes if name not in wanted.classes]
        lacking = [name for name in wanted.classes if name not in found.classes]
        if strange:
            yield _broken(f"{len(strange)} classes are not among those expected", tuple(strange[:5]))
        if lacking:
            yield _broken(f"{len(lacking)} expected classes are not there", tuple(lacking[:5]))


def _amounts(subject: Subject) -> Iterator[Finding]:
    wanted, found = subject.expectations, subject.profile
    amounts = (
        ("training", sum(found.train), wanted.train_at_least),
        ("test", sum(found.test), wanted.test_at_least),
    )
    for part, count, least in amounts:
        if least is not None and count < least:
            yield _broken(f"found {count:,} {part} {found.samples}, expected at least {least:,}")


def _repeats(subject: Subject) -> Iterator[Finding]:
    wanted = subject.expectations
    if wanted.duplicates_at_most is None and wanted.leaks_at_most is None:
        return
    found = exact_repeats(subject.dataset)
    asked = (
        ("training samples repeat an earlier one", found.within, subject.profile.train, wanted.duplicates_at_most),
        ("test samples stand in the training part too", found.across, subject.profile.test, wanted.leaks_at_most),
    )
    for what, pairs, counts, most in asked:
        of = max(1, sum(counts))
        if most is not None and len(pairs) / of > most:
            yield _broken(f"{len(pairs) / of:.2%} of the {what}, expected at most {most:.2%}", (), len(pairs), of)


def _shares(subject: Subject) -> Iterator[Finding]:
    found = subject.profile
    counts, of = dict(zip(found.classes, found.train, strict=True)), max(1, sum(found.train))
    for name, least in subject.expectations.share_at_least.items():
        count = counts.get(name, 0)
        if count / of < least:
            what = f"{count / of:.2%} of the training {found.samples} are {name}, expected at least {least:.2%}"
            yield _broken(what, (name,), count, of)


def _column(subject: Subject, name: str, wanted: ColumnRange) -> Iterator[Finding]:
    parts = {
        part: {column.name: column for column in columns}
        for part, columns in (("train", subject.train), ("test", subject.test))
    }
    if name not in parts["train"]:
        yield _broken(f"there is no column {name}", (name,), remedy=nearest(name, list(parts["train"])))
        return
    for part, columns in parts.items():
        column = columns[name]
        yield from _numbers(subject, part, column, wanted)
        yield from _words(subject, part, column, wanted)
        missing = np.isnan(column.values)
        if wanted.missing is not None and missing.mean() > wanted.missing:
            what = (
                f"{name} is missing in {missing.mean():.2%} of the {part} part, expected at most {wanted.missing:.2%}"
            )
            where = subject.places(part, np.flatnonzero(missing).tolist())
            yield _broken(what, where, int(missing.sum()), len(missing))


def _numbers(subject: Subject, part: str, column: Column, wanted: ColumnRange) -> Iterator[Finding]:
    if column.levels:
        if wanted.low is not None or wanted.high is not None:
            yield _broken(f"{column.name} holds words, but low or high is expected of it", (column.name,))
        return
    low = -np.inf if wanted.low is None else wanted.low
    high = np.inf if wanted.high is None else wanted.high
    known = column.values[~np.isnan(column.values)]
    slack = _ROUNDING * float(np.abs(known).max()) if len(known) else 0.0
    wrong = np.flatnonzero((column.values < low - slack) | (column.values > high + slack))
    if len(wrong):
        value = column.values[wrong[0]]
        what = f"{column.name} is {value:.6g} in the {part} part, expected {low:.6g} to {high:.6g}"
        yield _broken(what, subject.places(part, wrong.tolist()), len(wrong), len(column.values))


def _words(subject: Subject, part: str, column: Column, wanted: ColumnRange) -> Iterator[Finding]:
    if wanted.levels is None:
        return
    if not column.levels:
        yield _broken(f"{column.name} holds numbers, but words are expected of it", (column.name,))
        return
    allowed = [column.levels.index(level) for level in wanted.levels if level in column.levels]
    # a word without an input of its own is none of those expected
    wrong = np.flatnonzero(~np.isin(column.values, allowed) & ~np.isnan(column.values))
    if len(wrong):
        code = int(column.values[wrong[0]])
        found = f"{column.levels[code]!r}" if code >= 0 else "a word that the training part hardly has"
        what = f"{column.name} is {found} in the {part} part, which is not expected"
        yield _broken(what, subject.places(part, wrong.tolist()), len(wrong), len(column.values))
