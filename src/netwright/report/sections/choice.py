"""How the choice was made, on which assumptions, and when to make it anew."""

from netwright.records.study import Study
from netwright.report.sections.section import Section


def choice_section(study: Study) -> Section:
    """Return the steps of the choice.

    Args:
        study: The study.

    Returns:
        The section.
    """
    decision = study.decision
    content = {
        "ranking": decision.ranking,
        "order": decision.scenario.preferences.order,
        "fallback": decision.fallback,
    }
    return Section("choice", "How the choice was made", content)


def validity_section(study: Study) -> Section:
    """Return what the decision takes for granted, and when to take it anew.

    Args:
        study: The study.

    Returns:
        The section.
    """
    content = {"assumptions": study.decision.assumptions, "triggers": study.decision.revisit_when}
    return Section("validity", "How long the choice holds", content)
