"""Crash and recovery of a candidate, from how its trials ended."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

from netwright.records.errors import InputError
from netwright.records.recovery import Recovery
from netwright.records.trial import Outcome, TrialResult
from netwright.scaling.binomial import jeffreys


def recovery(candidate: str, results: Sequence[TrialResult]) -> Recovery:
    """Return how a candidate's trials survived.

    A trial has ended unless the study itself was stopped while it ran (`interrupted`). Completion is the share of
    ended trials that ended well; resume success the share that did of those that were cut off at least once. Both have
    Jeffreys' 90% interval. Every start of a trial after its first resumes it after an interruption.

    Args:
        candidate: The candidate.
        results: Its trials.

    Returns:
        Counts, shares with intervals, work lost, and the median time from a fault to the first new step.

    Raises:
        InputError: None of the trials has ended.

    Source: the scalability paper, table II, "crash and recovery".

    >>> from netwright.records.recovery import Interruption
    >>> killed = Interruption(kind="kill", injected=True, recover_seconds=2.0)
    >>> well = TrialResult(trial="a-n50-s0", candidate="a", size=50, seed=0, outcome=Outcome.OK)
    >>> cut = well.model_copy(update={"attempts": 2, "interruptions": (killed,), "lost_seconds": 1.5})
    >>> found = recovery("a", [well, cut])
    >>> found.completed, found.resumed, found.recovered, found.lost_seconds, found.kinds
    (2, 1, 1, 1.5, {'kill': 1})
    """
    ended = [result for result in results if result.outcome is not Outcome.INTERRUPTED]
    if not ended:
        raise InputError(f"none of the {len(results)} trials of {candidate} has ended; run the study to its end")
    well = [result for result in ended if result.outcome is Outcome.OK]
    cut = [result for result in ended if result.interruptions]
    recovered = sum(result.outcome is Outcome.OK for result in cut)
    interruptions = [each for result in ended for each in result.interruptions]
    seconds = [each.recover_seconds for each in interruptions if each.recover_seconds is not None]
    return Recovery(
        candidate=candidate,
        trials=len(ended),
        completed=len(well),
        completion=jeffreys(len(well), len(ended)),
        interruptions=len(interruptions),
        injected=sum(each.injected for each in interruptions),
        resumed=sum(min(len(result.interruptions), result.attempts - 1) for result in cut),
        recovered=recovered,
        resume_success=jeffreys(recovered, len(cut)) if cut else None,
        lost_seconds=sum(result.lost_seconds for result in ended),
        recover_seconds=median(seconds) if seconds else None,
        kinds=dict(sorted(Counter(each.kind for each in interruptions).items())),
    )
