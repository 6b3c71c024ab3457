"""What an analysis says of the platform: prediction of complexity, crash and recovery, backends, overload."""

from collections.abc import Iterator, Sequence
from math import isnan

from netwright.records.backend import BackendRun
from netwright.records.clause import Clause, Source
from netwright.records.complexity import COMPLEXITY_UNITS, ComplexityCheck
from netwright.records.decision import Decision
from netwright.records.factors import CandidateFactors
from netwright.records.load import Load
from netwright.records.recovery import Recovery
from netwright.records.units import format_quantity
from netwright.selection.subjects import trials_at
from netwright.selection.wording import listed


def of_the_platform(factors: CandidateFactors, decision: Decision) -> Iterator[Clause]:
    """Yield how well one candidate's cost was predicted, and how it gets on with the platform.

    Args:
        factors: The candidate's factors.
        decision: The decision.

    Yields:
        One clause a statement.
    """
    if factors.complexity is not None:
        yield from _complexity(factors.complexity, decision)
    if factors.recovery is not None:
        yield _recovery(factors.recovery, decision)
    yield from _backends(factors.candidate, factors.backends, decision)
    yield from _load(factors.candidate, factors.load)


def _complexity(check: ComplexityCheck, decision: Decision) -> Iterator[Clause]:
    errors = check.errors()
    if not errors:
        return
    name, error = max(errors.items(), key=lambda pair: abs(pair[1]))
    unit = COMPLEXITY_UNITS[name]
    said, seen = (format_quantity(getattr(one, name), unit) for one in (check.predicted, check.measured))
    sizes = decision.scenario.design.sizes
    if abs(error) < 0.0005:
        text = f"the complexity of {check.candidate} was predicted exactly in each of {len(errors)} figures"
    else:
        text = (
            f"of {len(errors)} predicted figures of {check.candidate}, {name} is furthest off: {said} predicted, "
            f"{seen} measured, an error of {error:+.1%}"
        )
    source = Source(
        candidate=check.candidate, factor="complexity", trials=trials_at(decision, check.candidate, sizes[-1:])
    )
    yield Clause(text=text, sources=(source,))


def _recovery(found: Recovery, decision: Decision) -> Clause:
    value, low, high = found.completion
    text = (
        f"{found.completed} of {found.trials} trials of {found.candidate} ended well, a completion rate of {value:.2f} "
        f"({low:.2f} to {high:.2f})"
    )
    if found.interruptions:
        text += f"; {found.interruptions} interruptions, {found.injected} of them injected, cost "
        text += f"{format_quantity(found.lost_seconds, 's')} of work"
        if found.resume_success is not None:
            text += f", and {found.recovered} of the trials that were cut off ended well after all"
        if found.recover_seconds is not None:
            text += f"; recovering took {format_quantity(found.recover_seconds, 's')} (median)"
    trials = trials_at(decision, found.candidate, decision.scenario.design.sizes)
    return Clause(text=text, sources=(Source(candidate=found.candidate, factor="recovery", trials=trials),))


def _backends(name: str, runs: Sequence[BackendRun], decision: Decision) -> Iterator[Clause]:
    source = Source(
        candidate=name, factor="backends", trials=trials_at(decision, name, decision.scenario.design.sizes[-1:])
    )
    working = [run for run in runs if run.runs and not isnan(run.seconds)]
    if working:
        best = min(working, key=lambda run: run.seconds)
        value, low, high = (format_quantity(x, "s") for x in (best.seconds, best.low, best.high))
        text = f"{name} is fastest under {best.backend} with {_threads(best)}: {value} ({low} to {high}) a sample"
        slowest = max(working, key=lambda run: run.seconds)
        if slowest is not best:
            text += (
                f", against {format_quantity(slowest.seconds, 's')} under {slowest.backend} with {_threads(slowest)}"
            )
        if not isnan(best.agreement):
            text += f"; it gives {best.agreement:.1%} of {best.images} samples the class that eager gives"
        yield Clause(text=text, sources=(source,))
    broken = [run for run in runs if not run.runs]
    if broken:
        told = listed([f"{run.backend} with {_threads(run)} ({run.detail})" for run in broken])
        yield Clause(text=f"{name} does not run under {told}", sources=(source,))


def _threads(run: BackendRun) -> str:
    return f"{run.threads} thread{'' if run.threads == 1 else 's'}"


def _load(name: str, loads: dict[str, Load]) -> Iterator[Clause]:
    if not loads:
        return
    trial, load = max(loads.items(), key=lambda pair: pair[1].load)
    text = (
        f"while {trial} ran, {load.load:.2f} processes a core ran or waited (peak {load.load_peak:.2f}), and at least "
        f"{format_quantity(load.memory_free, 'B')} of memory was free"
    )
    if load.swapped:
        text += f"; {format_quantity(load.swapped, 'B')} went to swap"
    if load.temperature is not None:
        text += f"; the hottest sensor showed {load.temperature:.0f} degrees"
    yield Clause(text=text, sources=(Source(candidate=name, factor="load", trials=(trial,)),))
