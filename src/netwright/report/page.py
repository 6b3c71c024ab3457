"""The page of a decision: one HTML text with its drawings, data and scripts inside."""

from dataclasses import replace

from netwright.records.decision import Decision
from netwright.records.study import Study
from netwright.report.anchors import anchors_in
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.contents import contents
from netwright.report.headline import facts, headline
from netwright.report.palette import candidate_slots
from netwright.report.sections.analysis import analysis_section
from netwright.report.sections.section import Group


def page_html(record: Study | Decision) -> str:
    """Return the page of a study as one HTML text that needs nothing else.

    Args:
        record: A study; or a decision alone, which is shown without what needs single trials.

    Returns:
        The text of the page.
    """
    study = as_study(record)
    slots = {name: "cx" if slot is None else f"c{slot}" for name, slot in candidate_slots(study.decision).items()}
    groups = contents(study)
    texts = section_texts(groups, slots)
    analysis = analysis_section(study, anchors_in("".join(f' id="{name}"{text}' for name, text in texts.items())))
    if analysis is not None:
        added = Group(groups[0].title, (analysis,))
        texts |= section_texts((added,), slots)
        groups = (replace(groups[0], sections=(analysis, *groups[0].sections)), *groups[1:])
    return assembled(_head(study), groups, texts, slots)


def as_study(record: Study | Decision) -> Study:
    """Return a study; a decision alone becomes one without trials.

    Args:
        record: Either.

    Returns:
        The study.
    """
    return Study(decision=record, results=()) if isinstance(record, Decision) else record


def _head(study: Study) -> Head:
    decision, said = study.decision, headline(study.decision)
    content = {
        "decision": decision,
        "scenario": decision.scenario,
        "headline": said,
        "facts": facts(decision, study.results),
    }
    title = f"{decision.scenario.name}: {said}"
    return Head("head.html.j2", title, content, "Intervals are 90% intervals throughout.")
