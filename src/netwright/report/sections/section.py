"""A section of a page: its title, what its template reads, and its drawings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """One section of a page.

    Args:
        anchor: What links to it end in, and the name of its template in `templates/sections`.
        title: Its heading, as in the contents.
        content: What its template reads.
        charts: Its drawings, by the names that the template gives their places.
        template: Name of its template where several sections share one; empty where it is the anchor.
    """

    anchor: str
    title: str
    content: Mapping[str, Any]
    charts: Mapping[str, Any] = field(default_factory=dict)
    template: str = ""


@dataclass(frozen=True)
class Group:
    """Sections that answer one question together.

    Args:
        title: Its title in the contents.
        sections: Those that there is something for.
    """

    title: str
    sections: tuple[Section, ...]


def drawn(charts: Mapping[str, Any | None]) -> dict[str, Any]:
    """Return the drawings that there are.

    >>> drawn({"scaling": None, "pareto": "a chart"})
    {'pareto': 'a chart'}
    """
    return {name: chart for name, chart in charts.items() if chart is not None}
