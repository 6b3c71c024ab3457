"""Under which conditions everything was measured, and how to do it again."""

from netwright.records.study import Study
from netwright.report.circumstances import circumstances
from netwright.report.scenario_toml import scenario_toml
from netwright.report.sections.section import Section


def conditions_section(study: Study) -> Section:
    """Return hardware, versions, seeds and data of the measurements.

    Args:
        study: The study.

    Returns:
        The section.
    """
    found = circumstances(study.decision)
    entries = (
        ("Hardware", found.hardware),
        ("Measured alone", found.alone),
        ("Versions", found.versions),
        ("Seeds", found.seeds),
        ("Data fingerprint", found.data),
    )
    return Section("conditions", "Under which conditions", {"entries": entries})


def reproduce_section(study: Study) -> Section:
    """Return the command and the scenario that give the study again.

    Args:
        study: The study.

    Returns:
        The section.
    """
    content = {
        "command": study.command,
        "digest": study.decision.scenario_hash,
        "toml": scenario_toml(study.decision),
    }
    return Section("reproduce", "How to reproduce it", content)
