"""An explanation as plain lines for a terminal."""

from netwright.records.explanation import Explanation
from netwright.records.record import Rows, text_table
from netwright.report.explanation_headline import explanation_headline, explanation_lead


def explanation_text(record: Explanation) -> str:
    """Return the answer, when the heat is, the most probable classes, each frame, and the notes.

    Args:
        record: The explanation.

    Returns:
        Lines, joined.
    """
    rows: Rows = [(name, f"{value:.1%}") for name, value in record.most_probable()]
    parts = (
        f"{record.source}: {explanation_headline(record)}",
        explanation_lead(record),
        text_table(("class", "probability"), rows),
        str(record) if len(record.frames) > 1 else "",
        "\n".join([f"heat of {', '.join(layer.told for layer in record.layers)}", *(f"! {n}" for n in record.notes)]),
    )
    return "\n\n".join(part for part in parts if part)
