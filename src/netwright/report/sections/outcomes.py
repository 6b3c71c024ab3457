"""How the trials ended, what cut them off, and what recovery cost."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from netwright.records.recovery import FAULTS, Interruption, Recovery
from netwright.records.study import Study
from netwright.report.anchors import anchor
from netwright.report.figures import duration_text, share_text
from netwright.report.outcomes import failures, outcome_table, trials_summary
from netwright.report.sections.section import Section
from netwright.report.table import Cell, Table, candidate_cell

_IN_WORDS = {
    "kill": "killed process",
    "oom": "memory beyond the limit",
    "nan": "NaN in training",
    "disk": "full disk",
}


def outcomes_section(study: Study) -> Section:
    """Return counts of outcomes, crash and recovery, faults by kind, and every trial that did not end well.

    Args:
        study: The study.

    Returns:
        The section.
    """
    factors = study.factors.candidates if study.factors else ()
    recoveries = [candidate.recovery for candidate in factors if candidate.recovery is not None]
    told = failures(study.results)
    content = {
        "summary": trials_summary(study.decision, study.results),
        "outcomes": outcome_table(study.decision, study.results),
        "recoveries": recovery_table(recoveries),
        "faults": fault_table([cut for result in study.results for cut in result.interruptions]),
        "parts": [part for part in (told[:12], told[12:]) if part],
    }
    return Section("outcomes", "How the trials ended, and what recovery cost", content)


def recovery_table(recoveries: Sequence[Recovery]) -> Table:
    """Return one row a candidate: completion rate, resume success, work lost, seconds to recover.

    Args:
        recoveries: One a candidate.

    Returns:
        The table.
    """
    columns = (
        Cell("Candidate"),
        Cell("Completion rate", below="trials that ended well"),
        Cell("Cut off", below="of which injected"),
        Cell("Resume success", below="of trials cut off"),
        Cell("Work lost", below="done again"),
        Cell("Time to recover", below="median, to the first new step"),
    )
    return Table(columns, tuple(_recovery_row(recovery) for recovery in recoveries))


def fault_table(cuts: Sequence[Interruption]) -> Table:
    """Return one row a kind of fault: how often, how often injected, resumed, what it cost.

    Args:
        cuts: Every interruption of every trial.

    Returns:
        The table; without rows where no trial was cut off.
    """
    columns = tuple(Cell(title) for title in ("Fault", "Times", "Injected", "Resumed", "Work lost", "Time to recover"))
    by_kind: dict[str, list[Interruption]] = defaultdict(list)
    for cut in cuts:
        by_kind[cut.kind].append(cut)
    kinds = sorted(by_kind, key=lambda kind: (kind not in FAULTS, kind))
    return Table(columns, tuple(_fault_row(kind, by_kind[kind]) for kind in kinds))


def _recovery_row(recovery: Recovery) -> tuple[Cell, ...]:
    completed = f"{recovery.completed} of {recovery.trials}"
    kinds = "\n".join(f"{count} × {_IN_WORDS.get(kind, kind)}" for kind, count in recovery.kinds.items())
    cut_off = f"{recovery.interruptions}, {recovery.injected} injected" if recovery.interruptions else "never"
    resumed = _rate(recovery.resume_success, f"{recovery.recovered} recovered\n{recovery.resumed} resumed")
    recover = "–" if recovery.recover_seconds is None else duration_text(recovery.recover_seconds)
    return (
        candidate_cell(recovery.candidate, anchor("outcomes", recovery.candidate)),
        _rate(recovery.completion, completed),
        Cell(cut_off, below=kinds),
        resumed,
        Cell(duration_text(recovery.lost_seconds) if recovery.lost_seconds else "–"),
        Cell(recover),
    )


def _rate(estimate: tuple[float, float, float] | None, counted: str) -> Cell:
    if estimate is None:
        return Cell("–")
    value, low, high = estimate
    return Cell(share_text(value), below=f"{share_text(low)}–{share_text(high)}\n{counted}")


def _fault_row(kind: str, cuts: Sequence[Interruption]) -> tuple[Cell, ...]:
    recovered = [cut.recover_seconds for cut in cuts if cut.recover_seconds is not None]
    injected = sum(cut.injected for cut in cuts)
    return (
        Cell(_IN_WORDS.get(kind, kind.replace("_", " "))),
        Cell(str(len(cuts))),
        Cell(str(injected) if injected else "–"),
        Cell(f"{len(recovered)} of {len(cuts)}"),
        Cell(duration_text(sum(cut.lost_seconds for cut in cuts))),
        Cell(duration_text(median(recovered)) if recovered else "–"),
    )
