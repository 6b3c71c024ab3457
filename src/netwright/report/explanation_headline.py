"""What a reader takes away of an explanation at first sight."""

from itertools import accumulate
from math import isnan

from netwright.records.explanation import LEAST_LOST, Explanation
from netwright.report.figures import share_text
from netwright.report.headline import Fact

AGREES, BY_CHANCE = 0.5, 0.1
"""Rank correlation from which two curves agree, and the share of shifts that may agree as well."""
HALF, ROUNDING = 0.5, 1e-9
SPREAD = 0.4
"""Heat is spread where half of it takes more than this share of the frames."""


def explanation_headline(record: Explanation) -> str:
    """Return what is explained, in a few words.

    Args:
        record: The explanation.

    Returns:
        The words.
    """
    predicted = record.predicted
    if record.label != predicted:
        return f"{_sure(record, record.label)}, while the answer is {_sure(record, predicted)}"
    if record.truth is not None and record.truth != predicted:
        return f"{_sure(record, predicted)}: wrong, it is {record.classes[record.truth]}"
    return _sure(record, predicted)


def explanation_lead(record: Explanation) -> str:
    """Return where and when the heat is, and whether hiding frames tells the same.

    Args:
        record: The explanation.

    Returns:
        One to three sentences.
    """
    name = record.classes[record.label]
    if record.hottest is None:
        return f"Nothing at {_layers(record)} speaks for {name}: the heat is 0 everywhere."
    if len(record.frames) == 1:
        return f"The heat shows what speaks for {name} at {_layers(record)}."
    return f"{_when(record)} {agreement_text(record)}"


def agreement_text(record: Explanation) -> str:
    """Return whether the frames that matter when they are hidden are those with heat.

    Args:
        record: The explanation of a clip.

    Returns:
        One or two sentences.
    """
    if isnan(record.agreement):
        flat = "nothing changes when frames are hidden" if _unmoved(record) else "the heat is the same in every frame"
        return f"Heat and hidden frames cannot be compared: {flat}."
    figures = (
        f"rank correlation {_signed(record.agreement)}; {share_text(record.agreement_by_chance)} of the shifts in time "
        "agree as well"
    )
    # no share is smaller than that of the one shift by 0
    rare = record.agreement_by_chance <= max(BY_CHANCE, 1 / len(record.frames))
    if record.agreement >= AGREES and rare:
        return f"Hiding frames tells the same ({figures})."
    if record.agreement > 0:
        return f"Hiding frames hardly confirms when ({figures}): trust the loss rather than the heat."
    return f"Hiding frames tells otherwise ({figures}): trust the loss, not the heat over time."


def explanation_facts(record: Explanation) -> tuple[Fact, ...]:
    """Return the figures at the head of a page.

    Args:
        record: The explanation.

    Returns:
        The facts that are known.
    """
    facts = [Fact("Probability", share_text(record.probabilities[record.label]), f"of {record.classes[record.label]}")]
    if record.truth is not None:
        right = record.truth == record.predicted
        said = "the answer is right" if right else f"the answer is {record.classes[record.predicted]}"
        facts.append(Fact("True class", record.classes[record.truth], said, "pass" if right else ""))
    if len(record.frames) > 1 and record.hottest is not None:
        hottest = record.hottest
        facts.append(Fact("Hottest frame", _frame(record, hottest), f"{record.frames[hottest].share:.0%} of the heat"))
    known = [place for place, frame in enumerate(record.frames) if not isnan(frame.lost)]
    if known:
        most = max(known, key=lambda place: record.frames[place].lost)
        loss = f"{_signed(-record.frames[most].lost)} in log odds"
        missed = Fact("Missed most", _frame(record, most), loss)
        facts.append(Fact("Missed most", "–", "nothing changes without it") if _unmoved(record) else missed)
        figure = "–" if isnan(record.agreement) else _signed(record.agreement)
        facts.append(Fact("Heat and loss", figure, "rank correlation over frames"))
    return tuple(facts)


def _unmoved(record: Explanation) -> bool:
    return all(isnan(frame.lost) or abs(frame.lost) < LEAST_LOST for frame in record.frames)


def _sure(record: Explanation, label: int) -> str:
    return f"{record.classes[label]} ({share_text(record.probabilities[label])})"


def _when(record: Explanation) -> str:
    """Return the shortest stretch of frames that holds half of the heat; of equally short ones, the hottest."""
    shares = [0.0 if isnan(frame.share) else frame.share for frame in record.frames]
    name, count, sums = record.classes[record.label], len(shares), (0.0, *accumulate(shares))
    _, _, start, end = min(
        (end - start, sums[start] - sums[end], start, end)
        for start in range(count)
        for end in range(start + 1, count + 1)
        if sums[end] - sums[start] >= HALF - ROUNDING
    )
    if end - start > SPREAD * count:
        return f"The heat for {name} is spread over the whole clip."
    span = f"frame {start}" if end == start + 1 else f"frames {start} to {end - 1}"
    return f"Half of the heat for {name} lies in {span} of {count}{_between(record, start, end)}."


def _between(record: Explanation, start: int, end: int) -> str:
    first, last = record.frames[start].seconds, record.frames[end - 1].seconds
    return "" if isnan(first) else f" ({first:.2f} to {last:.2f} s)"


def _frame(record: Explanation, place: int) -> str:
    seconds = record.frames[place].seconds
    return f"frame {place}" + ("" if isnan(seconds) else f", {seconds:.2f} s")


def _layers(record: Explanation) -> str:
    return ", ".join(layer.name for layer in record.layers)


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
