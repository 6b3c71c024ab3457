"""What a reader takes away of a pruning at first sight: how much went, what it cost, what it saved."""

from netwright.records.pruning import Figures, Pruning, Sweep
from netwright.report.charts.pruning_sweep import dense_of, methods_of, settings_of
from netwright.report.charts.row_titles import shortened
from netwright.report.figures import count_text, decimal_text, share_text, value_text
from netwright.report.headline import Fact

SIGNIFICANT_SPEEDUP = 1.0
"""A model is called faster where the lower end of its speed-up's interval is above this."""
HALF = 0.5
"""Share removed at which methods are compared."""
NEAR = 0.1
"""How far from it a setting may be to stand for it."""


def removed_share(record: Pruning) -> float:
    """Return the share of the units that went."""
    return 1.0 - record.plan.kept


def pruning_headline(record: Pruning) -> str:
    """Return what went, what it cost and what it saved, in a few words.

    Args:
        record: Before and after.

    Returns:
        The words.
    """
    gone = f"{share_text(removed_share(record))} of the {units_text(record)} removed"
    lost = points_lost(record)
    parts = [gone]
    if lost is not None:
        parts.append(points_text(lost))
    if record.speedup is not None:
        parts.append(f"{record.speedup:.2f} times as fast")
    return ", ".join(parts)


def pruning_verdict(record: Pruning) -> str:
    """Return the same in sentences, with intervals, and how it was found.

    Args:
        record: Before and after.

    Returns:
        The sentences.
    """
    plan, after = record.plan, record.after
    said = [
        f"{capitalised(plan.score)} under the budget of {plan.budget}"
        + (", then repaired." if record.repaired else ".")
    ]
    if after.accuracy is not None and record.before.accuracy is not None:
        answered = (
            f"Of {count_text(record.tested, 'test text')} the dense model answers {accuracy_text(record.before)} right"
        )
        said.append(f"{answered}, the pruned one {accuracy_text(after)}.")
    if after.agreement is not None:
        said.append(f"Their answers agree on {share_text(after.agreement)}.")
    if record.speedup is not None and record.speedup_low is not None:
        faster = record.speedup_low > SIGNIFICANT_SPEEDUP
        said.append("It is faster." if faster else "Whether it is faster is not settled by these timings.")
    return " ".join(said)


def pruning_facts(record: Pruning) -> tuple[Fact, ...]:
    """Return the figures at the head of the page.

    Args:
        record: Before and after.

    Returns:
        Those that are known.
    """
    before, after = record.before, record.after
    facts = [
        Fact("Removed", share_text(removed_share(record)), f"of the {units_text(record)}"),
        Fact("Parameters", value_text(after.parameters, "count"), f"of {value_text(before.parameters, 'count')}"),
    ]
    lost = points_lost(record)
    if lost is not None and after.accuracy is not None:
        facts.append(Fact("Accuracy", f"{after.accuracy:.1%}", f"{points_text(lost)}; dense {before.accuracy:.1%}"))
    if record.speedup is not None:
        facts.append(Fact("Speed-up", f"{record.speedup:.2f}×", interval_of_speedup(record)))
    if record.seconds:
        facts.append(Fact("Time to prune", value_text(record.seconds, "s"), count_text(record.plan.texts, "text")))
    return tuple(facts)


def points_lost(record: Pruning) -> float | None:
    """Return by how many percentage points accuracy fell; None where it was not measured."""
    if record.before.accuracy is None or record.after.accuracy is None:
        return None
    return 100 * (record.before.accuracy - record.after.accuracy)


def points_text(lost: float) -> str:
    """Return a loss of accuracy in words.

    >>> points_text(0.25), points_text(-1.0), points_text(0.01)
    ('0.2 points of accuracy lost', '1.0 points of accuracy gained', 'no accuracy lost')
    """
    if abs(lost) < 0.05:
        return "no accuracy lost"
    return f"{decimal_text(abs(lost), 1)} points of accuracy {'lost' if lost > 0 else 'gained'}"


def accuracy_text(figures: Figures) -> str:
    """Return an accuracy with its 95% interval; a dash where there is none."""
    if figures.accuracy is None:
        return "–"
    if figures.accuracy_low is None or figures.accuracy_high is None:
        return f"{figures.accuracy:.1%}"
    return f"{figures.accuracy:.1%} ({figures.accuracy_low:.1%}–{figures.accuracy_high:.1%})"


def interval_of_speedup(record: Pruning) -> str:
    """Return the 95% interval of the speed-up; empty where there is none."""
    if record.speedup_low is None or record.speedup_high is None:
        return ""
    return f"{record.speedup_low:.2f}–{record.speedup_high:.2f}, 95% interval"


def units_text(record: Pruning) -> str:
    """Return what went, such as `neurons and heads`."""
    return " and ".join(dict.fromkeys(site.unit for site in record.plan.sites)) or "units"


def sweep_headline(sweep: Sweep) -> str:
    """Return which method keeps most accuracy where about half of the units went.

    Args:
        sweep: Of one domain.

    Returns:
        The words.
    """
    pruned = [one for one in settings_of(sweep) if one.removed > 0]
    if not pruned:
        return "Nothing was removed"
    halves = [one for one in pruned if abs(one.removed - HALF) <= NEAR]
    if not halves:
        return f"Up to {share_text(max(one.removed for one in pruned))} removed"
    best = max(halves, key=lambda one: one.accuracy[0])
    return f"{capitalised(best.method)} keeps {best.accuracy[0]:.1%} with {share_text(best.removed)} removed"


def sweep_verdict(sweep: Sweep) -> str:
    """Return how much was tried.

    Args:
        sweep: All settings.

    Returns:
        The sentence.
    """
    draws = len({point.draw for point in sweep.points})
    dense = dense_of(sweep)
    tried = len([one for one in settings_of(sweep) if one.removed > 0])
    start = "" if dense is None else f" The dense model reaches {dense.accuracy:.1%}."
    return (
        f"{count_text(len(methods_of(sweep)), 'way')} to prune, {count_text(tried, 'setting')}, "
        f"{count_text(draws, 'draw')} of calibration texts.{start}"
    )


def sweep_facts(sweep: Sweep) -> tuple[Fact, ...]:
    """Return the dense accuracy, and what each method keeps at its setting closest to half removed.

    Args:
        sweep: Of one domain.

    Returns:
        The facts.
    """
    facts = []
    dense = dense_of(sweep)
    if dense is not None:
        facts.append(Fact("Dense", f"{dense.accuracy:.1%}", f"{dense.accuracy_low:.1%}–{dense.accuracy_high:.1%}"))
    for method in methods_of(sweep)[:4]:
        own = [one for one in settings_of(sweep) if one.method == method and one.removed > 0]
        if own:
            half = min(own, key=lambda one: abs(one.removed - HALF))
            facts.append(
                Fact(
                    shortened(capitalised(method)),
                    f"{half.accuracy[0]:.1%}",
                    f"with {share_text(half.removed)} removed",
                )
            )
    return tuple(facts)


def capitalised(text: str) -> str:
    """Return a text whose first letter is a capital, the others as they are.

    >>> capitalised("arbitrary, K-FAC")
    'Arbitrary, K-FAC'
    """
    return text[:1].upper() + text[1:]
