"""What stands on a page, and in which order: the decision first, what it rests on later."""

from collections.abc import Callable

from netwright.records.study import Study
from netwright.report.sections.backends import backends_section
from netwright.report.sections.choice import choice_section, validity_section
from netwright.report.sections.complexity import complexity_section
from netwright.report.sections.conditions import conditions_section, reproduce_section
from netwright.report.sections.constraints import constraints_section
from netwright.report.sections.costs import costs_section
from netwright.report.sections.dynamics_trials import dynamics_section
from netwright.report.sections.epochs import epochs_section
from netwright.report.sections.evaluation import evaluation_section
from netwright.report.sections.explanation import explanations_section
from netwright.report.sections.gains import gains_section
from netwright.report.sections.growth import growth_section
from netwright.report.sections.load import load_section
from netwright.report.sections.outcomes import outcomes_section
from netwright.report.sections.pareto import pareto_section
from netwright.report.sections.robustness import robustness_section
from netwright.report.sections.scalability import scalability_section
from netwright.report.sections.scaling import scaling_section
from netwright.report.sections.search import search_section
from netwright.report.sections.section import Group, Section
from netwright.report.sections.trials import trials_section

Builder = Callable[[Study], Section | None]
GROUPS: tuple[tuple[str, tuple[Builder, ...]], ...] = (
    ("The decision", (constraints_section, pareto_section, robustness_section, choice_section, validity_section)),
    ("More data", (scaling_section, scalability_section, growth_section, gains_section)),
    ("The chosen model", (evaluation_section, lambda study: explanations_section(study.explanations))),
    ("Each candidate", (costs_section, complexity_section, backends_section, search_section)),
    ("How it went", (epochs_section, dynamics_section, outcomes_section, load_section, trials_section)),
    ("The record", (conditions_section, reproduce_section)),
)


def contents(study: Study) -> tuple[Group, ...]:
    """Return the sections of a study in their order; those that it has nothing for are left out.

    Args:
        study: The study.

    Returns:
        Groups, none of them empty.
    """
    found = (
        Group(title, tuple(section for build in builders if (section := build(study)) is not None))
        for title, builders in GROUPS
    )
    return tuple(group for group in found if group.sections)
