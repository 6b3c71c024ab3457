"""What was found in a model, in sentences with their figures."""

from netwright.records.anatomy import Anatomy
from netwright.report.sections.section import Section


def findings_section(record: Anatomy) -> Section | None:
    """Return the findings, and what a reader must know.

    Args:
        record: What was seen of a model.

    Returns:
        The section; None where there is neither.
    """
    if not (record.findings or record.notes):
        return None
    content = {"findings": record.findings, "notes": record.notes}
    return Section("findings", "What was found", content, template="anatomy_findings")
