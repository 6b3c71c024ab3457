"""What stands on top of an evaluation: a sentence, what follows from it, and the figures."""

from math import isnan

from netwright.records.evaluation import Answers, ClassAnswers, Evaluation, Rate
from netwright.report.figures import count_text
from netwright.report.headline import Fact


def evaluation_headline(record: Evaluation) -> str:
    """Return how much is right, in a few words.

    Args:
        record: The evaluation.

    Returns:
        The words.
    """
    top1 = record.whole.top1
    return f"{top1.value:.1%} of {top1.n:,} {record.whole.samples} are right"


def evaluation_lead(record: Evaluation) -> str:
    """Return what is confused most, and which classes the model leans towards, in one or two sentences.

    Args:
        record: The evaluation.

    Returns:
        The sentences.
    """
    answers, pairs = record.whole, record.whole.confusions()
    if not pairs:
        return f"No {answers.samples.removesuffix('s')} of {record.data} is taken for another class."
    worst = pairs[0]
    true = sum(answers.confusion[worst.truth])
    said = (
        f"Most often, {record.classes[worst.truth]} is taken for {record.classes[worst.answer]}: {worst.samples} of "
        f"{count_text(true, answers.samples.removesuffix('s'))}."
    )
    towards = [one for one in leaning(answers) if one.lean > 0]
    if not towards:
        return f"{said} The model leans towards no class more than chance explains."
    most = ", ".join(f"{one.name} ({one.lean:+.1%})" for one in towards[:3])
    return f"{said} The model answers more often than the {answers.samples} warrant with {most}."


def evaluation_facts(record: Evaluation) -> tuple[Fact, ...]:
    """Return the figures at the head of a page.

    Args:
        record: The evaluation.

    Returns:
        The facts that are known.
    """
    whole, clips = record.whole, record.clips
    facts = [Fact("Top-1", f"{whole.top1.value:.1%}", _interval(whole.top1))]
    if whole.top5 is not None:
        facts.append(Fact("Top-5", f"{whole.top5.value:.1%}", _interval(whole.top5)))
    if clips is not None:
        facts.append(Fact("Top-1 of clips", f"{clips.top1.value:.1%}", _interval(clips.top1)))
    value, low, high = record.per_million
    if not isnan(value):
        below = f"{low:.3g}–{high:.3g}; {record.parameters:,} parameters"
        facts.append(Fact("Top-1 for each million parameters", f"{value:.3g}", below))
    return tuple(facts)


def leaning(answers: Answers) -> list[ClassAnswers]:
    """Return the classes that a model leans towards or away from, the strongest first.

    Args:
        answers: The answers.

    Returns:
        The classes.
    """
    return sorted((one for one in answers.by_class if one.leans), key=lambda one: -abs(one.lean))


def _interval(rate: Rate) -> str:
    return f"{rate.low:.1%}–{rate.high:.1%}, 90% interval"
