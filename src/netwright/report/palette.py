"""Colours and symbols: one fixed colour a candidate, one symbol a status, in light and in dark."""

from collections.abc import Mapping
from dataclasses import dataclass

from netwright.records.decision import Assessment, Decision


@dataclass(frozen=True)
class Ink:
    """One colour of the page, as it is on light and on dark ground.

    Args:
        light: Hexadecimal colour, at least 4.5:1 on white where it colours text.
        dark: The same on the dark ground.
    """

    light: str
    dark: str


CANDIDATE_INKS = (
    Ink("#0072b2", "#4ba3e3"),
    Ink("#c04f00", "#f0803c"),
    Ink("#00805c", "#2fc39a"),
    Ink("#b0457f", "#e08fbb"),
    Ink("#946200", "#e6b030"),
    Ink("#4d4d4d", "#c9c9c9"),
    Ink("#2a86b8", "#8fd0f5"),
)
"""The hues of Okabe and Ito (2008, "Color universal design"), darkened until names in them read well on white."""

TEXT = Ink("#1a1d21", "#e8eaed")
MUTED = Ink("#5b6470", "#9aa4af")
GREY = Ink("#6e7680", "#7f8892")
LINE = Ink("#e3e6ea", "#2b3138")
GROUND = Ink("#ffffff", "#14171a")

FACTOR_INKS = (
    Ink("#5f5aa2", "#a39ee6"),
    Ink("#2a7f62", "#5cc9a0"),
    Ink("#b5651d", "#e69b52"),
    Ink("#b23a5e", "#f07d9c"),
    Ink("#2f7fa3", "#6cc0e6"),
    Ink("#75752a", "#c2c25a"),
    Ink("#8a4fa0", "#cc93e0"),
    Ink("#5c6b73", "#a7b7c0"),
)
"""Colours of what is no candidate: factors, kinds of change, phases of a training."""

RANK_INKS = (
    Ink("#3f2a78", "#d3c6ff"),
    Ink("#6a55a6", "#a893ee"),
    Ink("#9483c2", "#8370c8"),
    Ink("#b9addb", "#62529f"),
    Ink("#d6cdec", "#473c76"),
    Ink("#ebe6f6", "#332d52"),
)
"""The first rank to the sixth, from what stands out to what recedes."""

STATUS_SYMBOLS = {"chosen": "★", "front": "●", "dominated": "○", "rejected": "✕"}
HOLDS_SYMBOLS = {"pass": "✓", "fail": "✗", "undecided": "?"}

_PRIORITY = {"chosen": 0, "front": 1, "dominated": 2, "rejected": 3}


def candidate_slots(decision: Decision) -> Mapping[str, int | None]:
    """Return which of `CANDIDATE_INKS` each candidate has, None for grey.

    The chosen one has the first colour, the others follow in the scenario's order. Where there are more candidates
    than colours, the ones nearest to being chosen get them.

    Args:
        decision: The decision.

    Returns:
        Candidate -> index into `CANDIDATE_INKS`, or None.
    """
    nearest_first = sorted(decision.candidates, key=lambda a: _distance(a, decision.fallback))
    coloured = {assessment.name for assessment in nearest_first[: len(CANDIDATE_INKS)]}
    names = [assessment.name for assessment in decision.candidates]
    first_chosen = sorted((name for name in names if name in coloured), key=lambda name: name != decision.chosen)
    slots = {name: slot for slot, name in enumerate(first_chosen)}
    return {name: slots.get(name) for name in names}


def candidate_colours(decision: Decision) -> dict[str, str]:
    """Return each candidate's colour on light ground.

    Args:
        decision: The decision.

    Returns:
        Candidate -> hexadecimal colour.
    """
    slots = candidate_slots(decision)
    return {name: GREY.light if slot is None else CANDIDATE_INKS[slot].light for name, slot in slots.items()}


def dark_rules(selector: str) -> str:
    """Return CSS that gives every colour of a drawing its dark counterpart.

    The drawings are made once, in light colours; the rules repaint the attributes of their SVG, so that a page that
    is printed or switched to dark needs no redrawing.

    Args:
        selector: What holds the drawings.

    Returns:
        The rules, without the media query around them.

    >>> dark_rules(".chart").splitlines()[0]
    '.chart [fill="#0072b2"]{fill:#4ba3e3}'
    """
    inks = (*CANDIDATE_INKS, *FACTOR_INKS, *RANK_INKS, TEXT, MUTED, GREY, LINE, GROUND)
    return "\n".join(
        f'{selector} [{paint}="{ink.light}"]{{{paint}:{ink.dark}}}' for ink in inks for paint in ("fill", "stroke")
    )


def _distance(assessment: Assessment, fallback: str | None) -> tuple[bool, int, float]:
    is_fallback_or_chosen = assessment.status == "chosen" or assessment.name == fallback
    return not is_fallback_or_chosen, _PRIORITY[assessment.status], -assessment.probability_front
