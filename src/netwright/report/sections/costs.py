"""What each candidate is and costs: every quality, with its interval."""

from netwright.records.study import Study
from netwright.report.circumstances import circumstances
from netwright.report.sections.section import Section
from netwright.report.tables import cost_table


def costs_section(study: Study) -> Section:
    """Return every measured quality of every candidate, and the remarks on how they were measured.

    Args:
        study: The study.

    Returns:
        The section.
    """
    content = {
        "costs": cost_table(study.decision),
        "notes": circumstances(study.decision).notes,
        "not_measured": not_measured(study),
    }
    return Section("costs", "What each candidate is and costs", content)


def not_measured(study: Study) -> tuple[tuple[str, str, str], ...]:
    """Return what was asked for and could not be measured: the quality, whose, and why.

    Args:
        study: The study.

    Returns:
        Each quality and reason once.
    """
    titles = {quality.name: quality.title for quality in study.decision.qualities}
    whose: dict[tuple[str, str], list[str]] = {}
    for result in study.results:
        for missing in result.not_measured:
            whose.setdefault((missing.quality, missing.reason), []).append(result.candidate)
    return tuple((titles.get(name, name), ", ".join(dict.fromkeys(own)), why) for (name, why), own in whose.items())
