"""Which candidates meet the constraints."""

from netwright.records.study import Study
from netwright.report.sections.section import Section
from netwright.report.tables import constraint_table


def constraints_section(study: Study) -> Section:
    """Return verdict, value and probability of each constraint for each candidate.

    Args:
        study: The study.

    Returns:
        The section.
    """
    decision = study.decision
    content = {
        "largest": decision.scenario.design.sizes[-1],
        "limited": bool(decision.scenario.constraints),
        "constraints": constraint_table(decision),
    }
    return Section("constraints", "Which candidates meet the constraints", content)
