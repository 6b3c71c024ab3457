"""Validation: every check on a data set, and how it moved since the last version."""

from collections.abc import Sequence

from netwright.data.dataset import Dataset
from netwright.data.validation.columns import columns_of
from netwright.data.validation.expected import check_expected
from netwright.data.validation.labels import check_labels
from netwright.data.validation.movement import check_movement, drifts_between, drifts_of_parts
from netwright.data.validation.origins import check_origins
from netwright.data.validation.profile import profile_of
from netwright.data.validation.repeats import check_repeats
from netwright.data.validation.schema import check_schema
from netwright.data.validation.subject import Check, Subject
from netwright.data.validation.values import check_values
from netwright.records.errors import DataError
from netwright.records.validation import SEVERITIES, Expectations, Finding, Profile, Validation

CHECKS: tuple[Check, ...] = (
    check_schema,
    check_labels,
    check_values,
    check_repeats,
    check_origins,
    check_movement,
    check_expected,
)
"""Every check, in the order in which findings of one severity are told."""
_NAMED = 10


def validate(
    dataset: Dataset,
    expectations: Expectations | None = None,
    previous: Profile | None = None,
    checks: Sequence[Check] = CHECKS,
) -> Validation:
    """Look at a data set before anything trusts it.

    Args:
        dataset: The data: images, rows, texts or videos.
        expectations: What it must be; nothing in particular if not given.
        previous: The statistics of the last version, to tell what moved.
        checks: What is looked at.

    Returns:
        The findings, and the statistics of this version.
    """
    train, test = columns_of(dataset)
    profile = profile_of(dataset, train)
    subject = Subject(
        dataset=dataset,
        train=train,
        test=test,
        profile=profile,
        expectations=expectations or Expectations(),
        previous=previous,
        drifts=() if previous is None else drifts_between(previous, profile, train),
        parts=drifts_of_parts(profile, test),
    )
    found = [finding for check in checks for finding in check(subject)]
    return Validation(
        profile=profile,
        findings=tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))),
        drifts=subject.drifts,
        parts=subject.parts,
        previous=None if previous is None else previous.fingerprint,
    )


def insist(validation: Validation) -> None:
    """Refuse data that is broken.

    Args:
        validation: What was found in it.

    Raises:
        DataError: A finding is an error; the message tells all of them, the first ten in full.
    """
    errors = validation.of_severity("error")
    if not errors:
        return
    lines = [str(finding) for finding in errors[:_NAMED]]
    if len(errors) > _NAMED:
        lines.append(f"and {len(errors) - _NAMED} more")
    count = f"{len(errors)} fault" + ("" if len(errors) == 1 else "s")
    raise DataError("\n  ".join([f"{validation.profile.data} has {count}:", *lines]))


def of_kind(validation: Validation, kind: str) -> tuple[Finding, ...]:
    """Return the findings of a kind, such as `leak`."""
    return tuple(finding for finding in validation.findings if finding.kind == kind)
