"""How a trained classifier answers: its figures, its confusion matrix, what it confuses, and what it leans towards."""

from netwright.records.evaluation import Answers, ClassAnswers, Evaluation, Rate
from netwright.records.study import Study
from netwright.report.charts.confusion import confusion_chart, matrix_height, matrix_width
from netwright.report.evaluation_headline import leaning
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table

MOST_PAIRS = 15
"""Pairs of classes that the table of confusions names."""


def evaluation_sections(record: Evaluation) -> tuple[Section, ...]:
    """Return the sections of an evaluation's page.

    Args:
        record: The evaluation.

    Returns:
        Figures, confusion matrix, and the classes one by one.
    """
    return (_figures(record), _matrix(record), _classes(record))


def evaluation_section(study: Study) -> Section | None:
    """Return how the chosen candidate answers, as one section of a study's page.

    Args:
        study: The study.

    Returns:
        The section; None where nothing was evaluated.
    """
    record = study.evaluation
    if record is None:
        return None
    parts = evaluation_sections(record)
    content = {key: value for part in parts for key, value in part.content.items()} | {"chosen": record.title}
    charts = {name: chart for part in parts for name, chart in part.charts.items()}
    return Section("answers", "What the chosen model answers", content, charts, template="evaluation")


def _figures(record: Evaluation) -> Section:
    columns = (Cell(""), *(Cell(f"Of {answers.samples}") for answers in _parts(record)))
    lines = [(Cell("Top-1", below="the most probable class is right"), *(_cell(a.top1) for a in _parts(record)))]
    if record.whole.top5 is not None:
        lines.append((Cell("Top-5", below="the class is among the five"), *(_cell(a.top5) for a in _parts(record))))
    millions = record.parameters / 1e6
    if millions:
        rates = [answers.top1 for answers in _parts(record)]
        told = [
            Cell(f"{one.value / millions:.3g}", f"{one.low / millions:.3g}–{one.high / millions:.3g}") for one in rates
        ]
        lines.append((Cell("Top-1 for each million parameters", f"{record.parameters:,} parameters"), *told))
    content = {"figures": Table(columns, tuple(lines)), "notes": record.notes}
    return Section("accuracies", "How much is right", content, template="evaluation_figures")


def _parts(record: Evaluation) -> tuple[Answers, ...]:
    return (record.whole,) if record.clips is None else (record.whole, record.clips)


def _matrix(record: Evaluation) -> Section:
    answers = record.whole
    pairs = answers.confusions()
    lines = tuple(
        (
            Cell(record.classes[pair.truth]),
            Cell(record.classes[pair.answer]),
            Cell(str(pair.samples)),
            Cell(f"{pair.share:.0%}", below=f"of {sum(answers.confusion[pair.truth]):,}"),
        )
        for pair in pairs[:MOST_PAIRS]
    )
    columns = (Cell("Class"), Cell("Taken for"), Cell(answers.samples.capitalize()), Cell("Of the class"))
    content = {
        "pairs": Table(columns, lines),
        "hidden": max(0, len(pairs) - MOST_PAIRS),
        "samples": answers.samples,
        "width": matrix_width(record.classes),
        "height": matrix_height(record.classes),
    }
    charts = {"confusion": confusion_chart(answers, record.classes)}
    return Section("confusion", "What is taken for what", content, charts, template="evaluation_matrix")


def _classes(record: Evaluation) -> Section:
    answers = record.whole
    order = sorted(answers.by_class, key=lambda one: (not one.recall.n, one.recall.value if one.recall.n else 0.0))
    columns = (
        Cell("Class"),
        Cell("Recall", below="of its samples, answered so"),
        Cell("Precision", below="of such answers, right"),
        Cell("Lean", below="share of answers minus share of samples"),
    )
    content = {
        "classes": Table(columns, tuple(map(_row, order))),
        "leans": [(one.name, one.leans, f"{one.lean:+.1%}".replace("-", "−")) for one in leaning(answers)],
        "samples": answers.samples,
    }
    return Section("classes", "Each class", content, template="evaluation_classes")


def _row(one: ClassAnswers) -> tuple[Cell, ...]:
    ends = f"{one.lean_low:+.1%} to {one.lean_high:+.1%}".replace("-", "−")
    lean = Cell(f"{one.lean:+.1%}".replace("-", "−"), below=f"{ends}{f', leans {one.leans}' if one.leans else ''}")
    return Cell(one.name), _cell(one.recall), _cell(one.precision), lean


def _cell(rate: Rate | None) -> Cell:
    if rate is None or not rate.n:
        return Cell("–", below="no sample")
    return Cell(f"{rate.value:.1%}", below=f"{rate.low:.1%}–{rate.high:.1%} of {rate.n:,}")
