"""What was found in a data set, as plain lines for a terminal."""

from netwright.records.validation import Validation
from netwright.report.validation_headline import share_of, validation_headline

_MOST_DRIFTS = 5


def validation_text(record: Validation) -> str:
    """Return the headline, each finding with its place, share and remedy, and what moved most.

    Args:
        record: The validation.

    Returns:
        Lines, joined.
    """
    profile = record.profile
    about = f"{sum(profile.train):,} + {sum(profile.test):,} {profile.samples}, {len(profile.classes)} classes"
    lines = [f"{profile.data}: {validation_headline(record)} ({about}, fingerprint {profile.fingerprint[:12]})"]
    for one in record.findings:
        lines += ["", f"{one.severity}: {one.kind}: {one.what}"]
        if one.where:
            lines.append(f"  where: {', '.join(one.where)}")
        if one.of:
            lines.append(f"  share: {share_of(one)}")
        lines.append(f"  {one.remedy}")
    if record.drifts:
        moved = ", ".join(f"{one.name} {one.psi:.3f}" for one in record.drifts[:_MOST_DRIFTS])
        lines += ["", f"PSI since version {(record.previous or '')[:12]}: {moved}"]
    return "\n".join(lines)
