"""What stands on top of a validation: whether the data may be trusted, and the figures."""

from netwright.records.validation import Finding, Validation
from netwright.report.figures import count_text
from netwright.report.headline import Fact


def validation_headline(record: Validation) -> str:
    """Return whether a data set may be trusted, in a few words.

    Args:
        record: The validation.

    Returns:
        The words.
    """
    errors, warnings = len(record.of_severity("error")), len(record.of_severity("warning"))
    if errors:
        return f"Broken: {count_text(errors, 'error')}"
    return f"Sound, with {count_text(warnings, 'warning')}" if warnings else "Sound"


def validation_lead(record: Validation) -> str:
    """Return the worst finding, and what moved since the last version, in a few sentences.

    Args:
        record: The validation.

    Returns:
        The sentences.
    """
    worst = next((one for one in record.findings if one.severity != "note"), None)
    said = f"{_sentence(worst.what)} {worst.remedy}" if worst else "Nothing was found that misleads a model."
    if record.previous is None:
        return f"{said} No earlier version is known."
    if not record.drifts:
        return f"{said} The last version had the same content."
    most = record.drifts[0]
    return f"{said} Since the last version, {most.name} moved most: PSI {most.psi:.2f}."


def validation_facts(record: Validation) -> tuple[Fact, ...]:
    """Return the figures at the head of a page.

    Args:
        record: The validation.

    Returns:
        The facts.
    """
    profile = record.profile
    counts = {severity: len(record.of_severity(severity)) for severity in ("error", "warning", "note")}
    kind = "fail" if counts["error"] else "undecided" if counts["warning"] else "pass"
    told = Fact("Findings", str(len(record.findings)), ", ".join(count_text(n, s) for s, n in counts.items()), kind)
    samples = Fact(f"Training {profile.samples}", f"{sum(profile.train):,}", f"and {sum(profile.test):,} for the test")
    shape = " × ".join(map(str, profile.shape))
    return (
        told,
        samples,
        Fact("Classes", str(len(profile.classes))),
        Fact("One input", shape, f"fingerprint {profile.fingerprint[:12]}"),
    )


def share_of(finding: Finding) -> str:
    """Return how many samples a finding concerns; empty where it concerns none in particular."""
    return f"{finding.count:,} of {finding.of:,} ({finding.share:.2%})" if finding.of else ""


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
