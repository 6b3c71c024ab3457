"""The page of an explanation."""

from netwright.records.explanation import Explanation
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.explanation_headline import explanation_facts, explanation_headline, explanation_lead
from netwright.report.sections.explanation import explanation_sections
from netwright.report.sections.section import Group

_REMARK = "Heat tells what a layer holds that speaks for a class, to first order; hiding frames tells what is missed."


def explanation_html(record: Explanation) -> str:
    """Return the page of an explanation: frames with heat, curves over time, the answer, each frame.

    Args:
        record: The explanation.

    Returns:
        The text of the page.
    """
    said = explanation_headline(record)
    content = {
        "kicker": f"Explanation · {record.title} ({record.model}) · {record.source}",
        "headline": said,
        "verdict": explanation_lead(record),
        "facts": explanation_facts(record),
    }
    groups = (Group("The explanation", explanation_sections(record)),)
    head = Head("dynamics_head.html.j2", f"{record.source}: {said}", content, _REMARK)
    return assembled(head, groups, section_texts(groups, {}), {})
