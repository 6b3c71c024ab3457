"""How a trained classifier answers, as plain lines for a terminal."""

from netwright.records.evaluation import Answers, Evaluation
from netwright.records.record import Rows, text_table
from netwright.report.evaluation_headline import evaluation_headline, leaning

MOST_PAIRS, MOST_CLASSES = 10, 8


def evaluation_text(record: Evaluation) -> str:
    """Return the headline, the accuracies, the classes that do worst, what is confused, and the classes leant towards.

    Args:
        record: The evaluation.

    Returns:
        Lines, joined.
    """
    parts = (
        "\n".join([evaluation_headline(record), *(f"! {note}" for note in record.notes)]),
        str(record),
        _classes(record.whole),
        _confusions(record),
        _leans(record.whole),
    )
    return "\n\n".join(part for part in parts if part)


def _classes(answers: Answers) -> str:
    known = [one for one in answers.by_class if one.recall.n]
    worst = sorted(known, key=lambda one: one.recall.value)[:MOST_CLASSES]
    rows: Rows = [(one.name, str(one.recall), str(one.precision), str(one.recall.n)) for one in worst]
    title = "class" if len(known) <= MOST_CLASSES else f"the {MOST_CLASSES} classes of lowest recall, of {len(known)}"
    return text_table((title, "recall", "precision", answers.samples), rows)


def _confusions(record: Evaluation) -> str:
    rows: Rows = [
        (record.classes[pair.truth], record.classes[pair.answer], str(pair.samples), f"{pair.share:.0%}")
        for pair in record.whole.confusions()[:MOST_PAIRS]
    ]
    return text_table(("most confused", "taken for", record.whole.samples, "of the class"), rows) if rows else ""


def _leans(answers: Answers) -> str:
    rows: Rows = [
        (one.name, one.leans, f"{one.lean:+.1%} ({one.lean_low:+.1%} to {one.lean_high:+.1%})")
        for one in leaning(answers)
    ]
    return text_table(("the model leans", "", "share of answers minus share of samples"), rows) if rows else ""
