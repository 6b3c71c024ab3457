"""Evaluations made by hand, for the tests of their pages."""

from netwright.records.evaluation import Answers, ClassAnswers, Evaluation, Rate
from netwright.records.measurement import Conditions

EACH = 40


def make_evaluation(count: int, *, wrong: int = 14, clips: bool = False, name: str = "class") -> Evaluation:
    """Return an evaluation of 40 samples a class: `wrong` of class 1, and up to 13 of a later one, are called 0."""
    names = tuple(f"{name} {place}" for place in range(count))
    table = [[0] * count for _ in range(count)]
    for label in range(count):
        missed = min(wrong, 13 if label > 1 else wrong) if label else 0
        table[label][label] = EACH - missed
        table[label][0] += missed
    answers = _answers(names, table)
    return Evaluation(
        title="net",
        model="resnet",
        data="toy",
        classes=names,
        parameters=250_000,
        whole=answers,
        clips=answers.model_copy(update={"samples": "clips"}) if clips else None,
        conditions=Conditions(hardware="any"),
        notes=("a note",),
    )


def _answers(names: tuple[str, ...], table: list[list[int]]) -> Answers:
    total = EACH * len(names)
    right = sum(table[label][label] for label in range(len(names)))
    by_class = []
    for label, name in enumerate(names):
        said = sum(row[label] for row in table)
        lean = (said - EACH) / total
        by_class.append(
            ClassAnswers(
                name=name,
                recall=_rate(table[label][label], EACH),
                precision=_rate(table[label][label], said),
                lean=lean,
                lean_low=lean - 0.02,
                lean_high=lean + 0.02,
                leans="towards" if lean > 0.1 else "",
            )
        )
    top5 = _rate(total, total) if len(names) > 5 else None
    return Answers(
        samples="images",
        top1=_rate(right, total),
        top5=top5,
        confusion=tuple(map(tuple, table)),
        by_class=tuple(by_class),
    )


def _rate(hits: int, n: int) -> Rate:
    return Rate(hits=hits, n=n, low=0.9 * hits / n, high=min(1.0, 1.1 * hits / n)) if n else Rate(hits=0, n=0)
