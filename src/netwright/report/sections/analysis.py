"""The written analysis: clauses, each with links to the figures that it was read from."""

from collections.abc import Set
from dataclasses import dataclass

from netwright.records.clause import Clause, Source
from netwright.records.decision import Decision
from netwright.records.study import Study
from netwright.report.anchors import anchor, first_of, source_anchors
from netwright.report.figures import count_text
from netwright.report.sections.section import Section

MOST_SHOWN = 14
FACTOR_TITLES = {
    "curve": "Scaling curve",
    "scalability": "Scalability",
    "recovery": "Recovery",
    "consistency": "Epoch consistency",
    "complexity": "Complexity",
    "growth": "Laws of time and memory",
    "backends": "Backends",
    "load": "Load",
    "gains": "Gains",
    "search": "Search",
    "tradeoffs": "Robustness",
    "verdicts": "Constraints",
    "front": "Pareto front",
}


@dataclass(frozen=True)
class Link:
    """A link to a figure.

    Args:
        text: What it says.
        anchor: Where it goes.
    """

    text: str
    anchor: str


def analysis_section(study: Study, known: Set[str]) -> Section | None:
    """Return the decision in clauses.

    Args:
        study: The study.
        known: The anchors of all other sections.

    Returns:
        The section; None where no analysis is recorded.
    """
    clauses = [(clause.text, _links(study.decision, clause, known)) for clause in study.decision.analysis]
    if not clauses:
        return None
    parts = [part for part in (clauses[:MOST_SHOWN], clauses[MOST_SHOWN:]) if part]
    return Section("analysis", "What was found", {"parts": parts})


def source_text(decision: Decision, source: Source) -> str:
    """Return what a source is, in words.

    Args:
        decision: The decision, which names the qualities.
        source: The source.

    Returns:
        Such as `Accuracy of mlp`.
    """
    titles = FACTOR_TITLES | {quality.name: quality.title for quality in decision.qualities}
    what = titles.get(source.factor, source.factor)
    return f"{what} of {source.candidate}" if source.candidate else what


def _links(decision: Decision, clause: Clause, known: Set[str]) -> list[Link]:
    links = []
    for source in clause.sources:
        links.append(Link(source_text(decision, source), first_of(source_anchors(source), known)))
        trials = [trial for trial in source.trials if anchor("trials", trial) in known]
        if trials:
            links.append(Link(count_text(len(source.trials), "trial"), anchor("trials", trials[0])))
    return list(dict.fromkeys(links))
