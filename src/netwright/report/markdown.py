"""A decision as a Markdown record in the manner of MADR (Markdown Architectural Decision Records)."""

import re
from collections.abc import Iterator
from math import isfinite
from urllib.parse import quote

from netwright.records.clause import Source
from netwright.records.decision import Assessment, Decision, Verdict
from netwright.records.quality import Quality
from netwright.report.anchors import source_anchors
from netwright.report.figures import count_text, limit_text, measured_text, share_text, value_text
from netwright.report.sections.analysis import source_text
from netwright.report.tradeoff_sentences import tradeoff_sentences

# an underscore inside a word and a > inside a line are plain already
_MARKUP = re.compile(r"([\\`*\[\]<#|~&]|^>|(?<!\w)_|_(?!\w))")


def decision_markdown(decision: Decision) -> str:
    """Return a decision as Markdown: context, drivers, options, outcome, consequences, analysis, trade-offs, evidence.

    Source: MADR 4.0, https://adr.github.io/madr.

    Args:
        decision: The decision.

    Returns:
        The text; names and reasons in it are escaped, so that they stay text.
    """
    blocks = [
        f"# {plain(_title(decision))}",
        _context(decision),
        _drivers(decision),
        _options(decision),
        _outcome(decision),
        _consequences(decision),
        *_analysis(decision),
        *_tradeoffs(decision),
        _rejected(decision),
        _bullets("## Assumptions", decision.assumptions),
        _bullets("## Revisit when", [trigger.text for trigger in decision.revisit_when]),
        _evidence(decision),
    ]
    return "\n\n".join(blocks) + "\n"


def plain(text: str) -> str:
    r"""Return text on one line that Markdown shows as it is.

    Args:
        text: Any text.

    Returns:
        The text, with what Markdown or HTML would read escaped.

    >>> plain("a | <b>")
    'a \\| \\<b>'
    """
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _title(decision: Decision) -> str:
    return f"Choose {decision.chosen or 'no candidate'} for {decision.scenario.name}"


def _context(decision: Decision) -> str:
    scenario, design = decision.scenario, decision.scenario.design
    sizes = ", ".join(f"{size:,}" for size in design.sizes)
    status = "accepted" if decision.chosen else "open: no candidate may be chosen"
    asked = (
        f"Which of {count_text(len(scenario.candidates), 'candidate')} should do {plain(scenario.task)} on "
        f"{plain(scenario.data)}? Each was trained on {sizes} samples with {count_text(design.seeds, 'seed')}."
    )
    return f"Status: {status}\n\n## Context and problem\n\n{asked}"


def _drivers(decision: Decision) -> str:
    scenario = decision.scenario
    drivers = [f"required: {limit.quality} {limit_text(limit.text)}" for limit in scenario.constraints]
    units = {quality.name: quality.unit for quality in decision.qualities}
    for place, name in enumerate(scenario.preferences.order, start=1):
        tolerance = scenario.preferences.tolerance.get(name)
        written = "" if tolerance is None else f"; differences up to {_amount(tolerance, units.get(name))} do not count"
        drivers.append(f"preferred, number {place}: {name}{written}")
    return _bullets("## Decision drivers", drivers)


def _amount(value: float, unit: str | None) -> str:
    return f"{value:g}" if unit is None else value_text(value, unit)


def _options(decision: Decision) -> str:
    limits = decision.scenario.constraints
    header = ["candidate", "status", "P(front)", *(f"{limit.quality} {limit_text(limit.text)}" for limit in limits)]
    lines = [_row(header), "|" + " --- |" * len(header)]
    for assessment in decision.candidates:
        cells = [assessment.name, assessment.status, share_text(assessment.probability_front)]
        found = {(verdict.quality, verdict.relation): verdict for verdict in assessment.verdicts}
        cells += [_verdict(found.get((limit.quality, limit.relation)), assessment) for limit in limits]
        lines.append(_row(cells))
    return "## Considered options\n\n" + "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(plain(cell) for cell in cells)} |"


def _verdict(verdict: Verdict | None, assessment: Assessment) -> str:
    if verdict is None:
        return "not measured"
    return f"{verdict.holds}: {_figure(verdict, assessment)}, P(holds) {share_text(verdict.probability)}"


def _figure(verdict: Verdict, assessment: Assessment) -> str:
    measured = assessment.measured(verdict.quality)
    return measured_text(measured) if measured else value_text(verdict.value, verdict.unit)


def _outcome(decision: Decision) -> str:
    steps = "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(decision.ranking, start=1))
    summary = plain(" ".join(decision.summary)) or "Nothing is recorded."
    return f"## Decision outcome\n\n{summary}" + (f"\n\nHow the choice was made:\n\n{steps}" if steps else "")


def _consequences(decision: Decision) -> str:
    chosen = next((a for a in decision.candidates if a.name == decision.chosen), None)
    if chosen is None:
        return _bullets("### Consequences", ["Nothing changes until a candidate may be chosen."])
    lines = [_met(verdict, chosen) for verdict in chosen.verdicts]
    for quality in decision.qualities:
        if quality.name in decision.scenario.preferences.order:
            lines += _given_up(quality, chosen, decision)
    lines += [f"Next best, should it fail: {decision.fallback}"] if decision.fallback else []
    return _bullets("### Consequences", lines)


def _met(verdict: Verdict, chosen: Assessment) -> str:
    tone = {"pass": "Good", "fail": "Bad", "undecided": "Uncertain"}[verdict.holds]
    required = f"required {limit_text(verdict.text)}, P(holds) {share_text(verdict.probability)}"
    return f"{tone}: {verdict.quality} is {_figure(verdict, chosen)}; {required}"


def _given_up(quality: Quality, chosen: Assessment, decision: Decision) -> Iterator[str]:
    own = chosen.measured(quality.name)
    others = [
        (assessment.name, measured)
        for assessment in decision.candidates
        if assessment.status != "rejected"
        and (measured := assessment.measured(quality.name)) is not None
        and isfinite(measured.value)
    ]
    if own is None or not isfinite(own.value) or not others:
        return
    pick = max if quality.direction == "higher" else min
    name, best = pick(others, key=lambda entry: entry[1].value)
    if best.value != own.value:
        yield f"Bad: {quality.title} is {measured_text(own)}, against {measured_text(best)} of {name}"


def _analysis(decision: Decision) -> list[str]:
    if not decision.analysis:
        return []
    lines = []
    for clause in decision.analysis:
        links = "; ".join(_link(decision, source) for source in clause.sources)
        lines.append(f"- {plain(clause.text)} ({links})")
    return ["## Analysis\n\n" + "\n".join(lines)]


def _link(decision: Decision, source: Source) -> str:
    # the report stands beside the record; a place that it lacks leads to its top
    place = quote(source_anchors(source)[0], safe="/")
    trials = ", ".join(plain(trial) for trial in source.trials)
    return f"[{plain(source_text(decision, source))}](report.html#{place})" + (f": {trials}" if trials else "")


def _tradeoffs(decision: Decision) -> list[str]:
    sentences = tradeoff_sentences(decision)
    return [_bullets("## Trade-offs", sentences)] if sentences else []


def _rejected(decision: Decision) -> str:
    others = [a for a in decision.candidates if a.status != "chosen"]
    return _bullets("## Options not chosen", [f"{a.name} ({a.status}): {a.reason}" for a in others])


def _evidence(decision: Decision) -> str:
    lines = [f"- scenario: `{decision.scenario_hash}`"]
    for assessment in decision.candidates:
        trials = ", ".join(plain(trial) for trial in assessment.evidence) or "no trial ended well"
        lines.append(f"- {plain(assessment.name)}: {trials}")
    return "## Evidence\n\n" + "\n".join(lines)


def _bullets(title: str, lines: tuple[str, ...] | list[str]) -> str:
    return f"{title}\n\n" + ("\n".join(f"- {plain(line)}" for line in lines) or "None is recorded.")
