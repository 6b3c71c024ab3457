"""The page of a pipeline: what ran, why, and what is in service."""

from markupsafe import Markup

from netwright.records.pipeline import Pipeline, StepRun
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.figures import count_text
from netwright.report.headline import Fact
from netwright.report.pipeline_graph import SIGNS, graph_svg
from netwright.report.sections.section import Group, Section

_RAN = {"done", "redone"}
_KINDS = {"failed": "fail", "stopped": "undecided", "done": "pass", "redone": "pass"}


def pipeline_html(record: Pipeline) -> str:
    """Return the page of a pipeline's run.

    Args:
        record: The run.

    Returns:
        The text of the page.
    """
    said = pipeline_headline(record)
    content = {
        "kicker": f"Pipeline · {record.scenario}",
        "headline": said,
        "verdict": _verdict(record),
        "facts": _facts(record),
    }
    groups = (Group("The steps", (_steps(record),)),)
    head = Head("dynamics_head.html.j2", f"{record.scenario}: {said}", content)
    return assembled(head, groups, section_texts(groups, {}), {})


def pipeline_headline(record: Pipeline) -> str:
    """Return what became of a run, in a few words.

    Args:
        record: The run.

    Returns:
        The words.
    """
    ended = next((step for step in record.steps if step.status in {"failed", "stopped"}), None)
    if ended is not None:
        return f"{ended.name.capitalize()} {'failed' if ended.status == 'failed' else 'was stopped'}"
    ran = [step for step in record.steps if step.status in _RAN]
    if not ran:
        return "Nothing had to be done again"
    return f"{count_text(len(ran), 'step')} of {len(record.steps)} ran"


def _verdict(record: Pipeline) -> str:
    ended = next((step for step in record.steps if step.status in {"failed", "stopped"}), None)
    if ended is not None:
        return "; ".join(ended.why) or "The same command goes on from here."
    first = next((step for step in record.steps if step.status in _RAN), None)
    if first is None:
        return "Everything that the scenario, the data and the code call for was there already, and is whole."
    return f"The first to run was {first.name}: {'; '.join(first.why)}."


def _facts(record: Pipeline) -> tuple[Fact, ...]:
    kept = sum(step.status == "cached" for step in record.steps)
    seconds = sum(step.seconds for step in record.steps)
    facts = [Fact("Kept", f"{kept} of {len(record.steps)}", "steps"), Fact("Time of the others", f"{seconds:.1f} s")]
    if record.from_predictions is not None:
        kind = "undecided" if record.from_predictions else "pass"
        below = "of the training labels are a model's own"
        facts.append(Fact("Predictions", f"{record.from_predictions:.1%}", below, kind))
    if record.deployed:
        facts.append(Fact("In service", record.deployed.rstrip("/").split("/")[-2][:12], "current"))
    return tuple(facts)


def _steps(record: Pipeline) -> Section:
    content = {
        # its texts are escaped where they are put in
        "graph": Markup(graph_svg(record.steps)),  # noqa: S704
        "steps": [_told(step) for step in record.steps],
        "notes": record.notes,
    }
    return Section("steps", "What ran, and why", content, template="pipeline_steps")


def _told(step: StepRun) -> dict[str, str]:
    seconds = f"{step.seconds:.1f} s" if step.seconds else ""
    return {
        "name": step.name,
        "kind": _KINDS.get(step.status, ""),
        "symbol": SIGNS[step.status][0],
        "status": step.status,
        "below": ", ".join(filter(None, (seconds, "the same again" if step.same else ""))),
        "why": "; ".join(step.why),
        "told": step.told,
    }
