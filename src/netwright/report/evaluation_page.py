"""The page of an evaluation."""

from netwright.records.evaluation import Evaluation
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.evaluation_headline import evaluation_facts, evaluation_headline, evaluation_lead
from netwright.report.sections.evaluation import evaluation_sections
from netwright.report.sections.section import Group

_REMARK = "Intervals are 90% intervals, over the samples that might have been drawn for the test."


def evaluation_html(record: Evaluation) -> str:
    """Return the page of an evaluation: accuracies, confusion matrix, what is confused, each class.

    Args:
        record: The evaluation.

    Returns:
        The text of the page.
    """
    said = evaluation_headline(record)
    content = {
        "kicker": f"Evaluation · {record.title} ({record.model}) · {record.data}",
        "headline": said,
        "verdict": evaluation_lead(record),
        "facts": evaluation_facts(record),
    }
    groups = (Group("The answers", evaluation_sections(record)),)
    head = Head("dynamics_head.html.j2", f"{record.title} on {record.data}: {said}", content, _REMARK)
    return assembled(head, groups, section_texts(groups, {}), {})
