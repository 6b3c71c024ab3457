"""The page of a validation."""

from netwright.records.validation import Validation
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.sections.section import Group
from netwright.report.validation_headline import validation_facts, validation_headline, validation_lead
from netwright.report.validation_sections import validation_sections


def validation_html(record: Validation) -> str:
    """Return the page of a validation: findings, classes, what moved, columns.

    Args:
        record: The validation.

    Returns:
        The text of the page.
    """
    said = validation_headline(record)
    content = {
        "kicker": f"Data validation · {record.profile.data}",
        "headline": said,
        "verdict": validation_lead(record),
        "facts": validation_facts(record),
    }
    groups = (Group("The data", validation_sections(record)),)
    head = Head("dynamics_head.html.j2", f"{record.profile.data}: {said}", content)
    return assembled(head, groups, section_texts(groups, {}), {})
