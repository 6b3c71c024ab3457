"""The pages of a training's dynamics, of a network's symmetries, and of its geometry."""

from collections.abc import Mapping

from netwright.records.dynamics import Dynamics
from netwright.records.geometry import Geometry, Residual
from netwright.records.symmetry import SymmetryTable
from netwright.report.assembly import Head, assembled, section_texts
from netwright.report.constraint_state import state_of
from netwright.report.dynamics_headline import dynamics_facts, dynamics_headline, verdict
from netwright.report.families import family_count
from netwright.report.figures import count_text
from netwright.report.headline import Fact
from netwright.report.scientific import scientific
from netwright.report.sections.dynamics import charge_sections
from netwright.report.sections.dynamics_alarms import alarms_section
from netwright.report.sections.dynamics_attribution import attribution_section
from netwright.report.sections.dynamics_forecasts import forecasts_section
from netwright.report.sections.dynamics_meaning import meaning_section
from netwright.report.sections.dynamics_symmetries import symmetries_section
from netwright.report.sections.geometry import geometry_section
from netwright.report.sections.section import Group, Section

_REMARK = "Errors are relative to what a charge is made of, so that nothing cancels."


def dynamics_html(record: Dynamics) -> str:
    """Return the page of a training's dynamics: alarms, charges by kind, what moved them, forecasts, symmetries.

    Args:
        record: What was seen of a training.

    Returns:
        The text of the page.
    """
    said = dynamics_headline(record)
    content = {
        "kicker": f"Dynamics · {record.title} · {record.optimizer}",
        "headline": said,
        "verdict": verdict(record),
        "facts": dynamics_facts(record),
    }
    groups = _groups(
        ("What was seen", (alarms_section(record), *charge_sections(record))),
        ("Why, and what comes", (attribution_section(record), forecasts_section(record))),
        ("The record", (symmetries_section(record.symmetries), meaning_section())),
    )
    return _page(f"{record.title}: {said}", content, groups)


def symmetries_html(table: SymmetryTable) -> str:
    """Return the page of a network's symmetries.

    Args:
        table: The symmetries of a network under a loss.

    Returns:
        The text of the page.
    """
    charges = sum(one.count for one in table.symmetries if one.conserves)
    exact = sum(one.exact for one in table.symmetries)
    families = len(table.symmetries)
    said = (
        f"{count_text(charges, 'charge')} that training conserves" if charges else "No charge that training conserves"
    )
    words = (
        f"The network has {family_count(families)} of symmetries, {exact:,} of them exact, and "
        f"{count_text(len(table.absent), 'place')} where one might be expected and is absent."
    )
    facts = (
        Fact("Charges", f"{charges:,}"),
        Fact("Families", f"{families:,}", f"{exact:,} exact"),
        Fact("Absent", f"{len(table.absent):,}", "places, with reasons"),
    )
    content = {"kicker": f"Symmetries · {table.mode} mode", "headline": said, "verdict": words, "facts": facts}
    return _page(said, content, _groups(("The record", (symmetries_section(table),))))


def geometry_html(geometry: Geometry) -> str:
    """Return the page of the constraints on a network's gradient and Hessian.

    Args:
        geometry: The residuals.

    Returns:
        The text of the page.
    """
    states = [state_of(residual) for residual in geometry.residuals]
    failed, predicted = states.count("fails"), states.count("as predicted")
    worst = max(
        geometry.residuals, key=lambda residual: (state_of(residual) == "fails", _excess(residual)), default=None
    )
    if worst is None:
        said, words = "No constraint to check", "The network has no symmetry, and so its gradient and Hessian are free."
    else:
        said = f"{failed:,} of {count_text(len(states), 'constraint')} fail" if failed else "All constraints hold"
        allowed, found = scientific(worst.tolerance, 1), scientific(worst.value)
        words = f"Furthest from its tolerance is {worst.formula} at {worst.place}: {found}, with {allowed} tolerated."
    facts = (
        Fact("Constraints", f"{len(geometry.residuals):,}", f"in {geometry.dtype}"),
        Fact("As predicted", f"{predicted:,}", "off by what an epsilon explains"),
        Fact("Fail", f"{failed:,}", "", "fail" if failed else "pass"),
    )
    content = {"kicker": f"Geometry · {geometry.dtype}", "headline": said, "verdict": words, "facts": facts}
    return _page(said, content, _groups(("The record", (geometry_section(geometry),))))


def _excess(residual: Residual) -> tuple[bool, float]:
    return state_of(residual) == "fails", residual.value / residual.tolerance


def _groups(*parts: tuple[str, tuple[Section | None, ...]]) -> tuple[Group, ...]:
    found = (Group(title, tuple(section for section in sections if section)) for title, sections in parts)
    return tuple(group for group in found if group.sections)


def _page(title: str, content: Mapping[str, object], groups: tuple[Group, ...]) -> str:
    head = Head("dynamics_head.html.j2", title, content, _REMARK)
    return assembled(head, groups, section_texts(groups, {}), {})
