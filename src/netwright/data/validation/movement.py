"""What moved: between the last version and this one, and between training part and test part."""

from collections.abc import Iterator, Sequence

from netwright.data.validation.columns import Columns
from netwright.data.validation.drift import MUCH, SOME, drift_of, moved
from netwright.data.validation.profile import counted
from netwright.data.validation.subject import Subject
from netwright.records.validation import Drift, Finding, Profile

CLASSES = "classes"


def drifts_between(before: Profile, after: Profile, train: Columns) -> tuple[Drift, ...]:
    """Return how far each column and the classes of the training part moved from one version to another.

    Args:
        before: The older version.
        after: The newer one.
        train: What is watched of the newer one's training part.

    Returns:
        One a column that both have, and one of the classes, the largest first; empty where the versions are the same.
    """
    # the fingerprint alone does not tell: it is of encoded rows, which stay the same when a whole column is shifted
    if before.to_json() == after.to_json():
        return ()
    now = {column.name: column for column in train}
    found = [
        drift_of(old.name, old.counts, counted(now[old.name], old.edges, old.levels), ordered=not old.levels)
        for old in before.columns
        if old.name in now and bool(old.levels) == bool(now[old.name].levels)
    ]
    names = tuple(dict.fromkeys((*before.classes, *after.classes)))
    old_counts, new_counts = (dict(zip(p.classes, p.train, strict=True)) for p in (before, after))
    shares = ([counts.get(name, 0) for name in names] for counts in (old_counts, new_counts))
    found.append(drift_of(CLASSES, next(shares), next(shares), ordered=False))
    return _largest_first(found)


def drifts_of_parts(profile: Profile, test: Columns) -> tuple[Drift, ...]:
    """Return how far each column and the classes are apart in training part and test part.

    Args:
        profile: The statistics of the training part.
        test: What is watched of the test part.

    Returns:
        The drifts, the largest first.
    """
    there = {column.name: column for column in test}
    found = [
        drift_of(one.name, one.counts, counted(there[one.name], one.edges, one.levels), ordered=not one.levels)
        for one in profile.columns
        if one.name in there
    ]
    return _largest_first([*found, drift_of(CLASSES, profile.train, profile.test, ordered=False)])


def check_movement(subject: Subject) -> Iterator[Finding]:
    """Yield what moved far.

    Args:
        subject: The data, with its drifts.

    Yields:
        Findings: columns and classes that came or went, and what moved, at most one a column.
    """
    before, after = subject.previous, subject.profile
    if before is not None:
        yield from _came_and_went("classes", before.classes, after.classes)
        yield from _came_and_went("columns", *([one.name for one in p.columns] for p in (before, after)))
    for drift in subject.drifts:
        if moved(drift, SOME):
            yield Finding(
                severity="warning" if moved(drift) else "note",
                kind="drift",
                what=f"{drift.name} moved since the last version: PSI {drift.psi:.2f}, distance {drift.distance:.2f}",
                where=(drift.name,),
                remedy="See whether the world changed or the way it is recorded; old figures may no longer hold.",
            )
    for drift in subject.parts:
        if moved(drift, MUCH):
            yield Finding(
                severity="note",
                kind="parts differ",
                what=f"{drift.name} is distributed otherwise in the test part: PSI {drift.psi:.2f}, distance "
                f"{drift.distance:.2f}",
                where=(drift.name,),
                remedy="Right where the test part is later in time, or another place; otherwise draw the parts anew.",
            )


def _came_and_went(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Finding]:
    gone, new = [n for n in before if n not in after], [n for n in after if n not in before]
    for verb, names in (("are gone", gone), ("are new", new)):
        if names:
            yield Finding(
                severity="warning",
                kind=f"{what} changed",
                what=f"{len(names)} {what} {verb} since the last version",
                where=tuple(names[:5]),
                remedy="Models of the last version do not fit this one: see that this is meant.",
            )


def _largest_first(drifts: Sequence[Drift]) -> tuple[Drift, ...]:
    return tuple(sorted(drifts, key=lambda drift: -drift.psi))
