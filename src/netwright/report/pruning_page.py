"""The pages of a pruned model, and of ways to prune one against each other."""

from collections.abc import Mapping

from netwright.records.pruning import Pruning, Sweep
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.charts.pruning_sweep import by_domain
from netwright.report.pruning_headline import (
    pruning_facts,
    pruning_headline,
    pruning_verdict,
    sweep_facts,
    sweep_headline,
    sweep_verdict,
)
from netwright.report.sections.pruning_figures import figures_section
from netwright.report.sections.pruning_speed import speed_section
from netwright.report.sections.pruning_sweep import sweep_sections
from netwright.report.sections.pruning_widths import widths_sections
from netwright.report.sections.section import Group, Section

_REMARK = "Intervals are 95% intervals."


def pruning_html(record: Pruning) -> str:
    """Return the page of a pruned model: before and after, what it saves in time, what stays of every layer.

    Args:
        record: Before and after.

    Returns:
        The text of the page.
    """
    said = pruning_headline(record)
    content = {
        "kicker": f"Pruning · {record.title} · {record.plan.model}",
        "headline": said,
        "verdict": pruning_verdict(record),
        "facts": pruning_facts(record),
    }
    speed = speed_section(record)
    groups = (
        Group("What came of it", (figures_section(record), *((speed,) if speed else ()))),
        Group("What was removed", widths_sections(record.plan)),
    )
    return _page(f"{record.title}: {said}", content, groups)


def sweep_html(sweep: Sweep) -> str:
    """Return the page of ways to prune one model: accuracy and time against what went, for each domain.

    Args:
        sweep: All settings.

    Returns:
        The text of the page.
    """
    # the first domain is that of the calibration texts
    first = next(iter(by_domain(sweep).values()), sweep)
    said = sweep_headline(first)
    content = {
        "kicker": f"Pruning sweep · {sweep.title}",
        "headline": said,
        "verdict": sweep_verdict(first),
        "facts": sweep_facts(first),
    }
    notes = (Section("pruning_notes", "Notes", {"notes": sweep.notes}),) if sweep.notes else ()
    return _page(f"{sweep.title}: {said}", content, (Group("What was tried", (*sweep_sections(sweep), *notes)),))


def _page(title: str, content: Mapping[str, object], groups: tuple[Group, ...]) -> str:
    found = tuple(group for group in groups if group.sections)
    head = Head("dynamics_head.html.j2", title, content, _REMARK)
    return assembled(head, found, section_texts(found, {}), {})
