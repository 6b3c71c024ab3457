"""Where on a page a figure stands: what links to it end in."""

import re
from collections.abc import Set
from typing import Any

from netwright.records.clause import Source

TOP = "top"
_PLACES = {
    "curve": "scaling",
    "scalability": "scalability",
    "recovery": "outcomes",
    "consistency": "epochs",
    "complexity": "complexity",
    "growth": "growth",
    "backends": "backends",
    "load": "load",
    "gains": "gains",
    "search": "search",
    "tradeoffs": "robustness",
    "verdicts": "constraints",
    "front": "constraints",
}
"""Factor -> the section that shows it; every other factor is a quality, in the section of costs."""
# templates escape quotes in text, so that only tags of our own can match
_ID = re.compile(r'\sid="([^"]+)"')


def anchor(section: str, *parts: Any) -> str:
    """Return what a link to a part of a section ends in.

    Args:
        section: The section.
        parts: What narrows it down: a candidate, a quality, a trial.

    Returns:
        The anchor.

    >>> anchor("costs", "latency.p99", "mlp")
    'costs/latency.p99/mlp'
    """
    return "/".join((section, *(str(part) for part in parts if part)))


def source_anchors(source: Source) -> tuple[str, ...]:
    """Return where the figure of a source may stand, the narrowest place first.

    Args:
        source: The source.

    Returns:
        Anchors; the last is that of the page itself.

    >>> source_anchors(Source(candidate="mlp", factor="recovery"))
    ('outcomes/mlp', 'outcomes', 'top')
    >>> source_anchors(Source(candidate="mlp", factor="accuracy"))
    ('costs/accuracy/mlp', 'costs/accuracy', 'costs', 'top')
    """
    if source.factor in _PLACES:
        places = [anchor(_PLACES[source.factor], source.candidate), _PLACES[source.factor]]
    else:
        places = [anchor("costs", source.factor, source.candidate), anchor("costs", source.factor), "costs"]
    return tuple(dict.fromkeys((*places, TOP)))


def first_of(anchors: tuple[str, ...], known: Set[str]) -> str:
    """Return the first anchor that a page has, its top where it has none of them.

    Args:
        anchors: The narrowest first.
        known: Those that the page has.

    Returns:
        An anchor.
    """
    return next((place for place in anchors if place in known), TOP)


def anchors_in(html: str) -> frozenset[str]:
    """Return the anchors of a part of a page.

    Args:
        html: Markup that the templates made.

    Returns:
        Every id in it.

    >>> sorted(anchors_in('<section id="costs"><td id="costs/size">4 MB</td>'))
    ['costs', 'costs/size']
    """
    return frozenset(_ID.findall(html))
