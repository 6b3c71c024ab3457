"""What an analysis says of training: how steady it is, and what augmentation and given weights buy."""

from collections.abc import Iterator, Sequence

from netwright.records.clause import Clause, Source
from netwright.records.consistency import Consistency
from netwright.records.decision import Decision
from netwright.records.gain import Gain
from netwright.selection.subjects import trials_at
from netwright.selection.wording import samples

CHANGES = {"augment": "augmentation", "weights": "starting from given weights"}


def of_consistency(found: Sequence[Consistency], decision: Decision) -> Iterator[Clause]:
    """Yield how steady a candidate's trainings are at the largest size that was looked at.

    Args:
        found: One a size.
        decision: The decision.

    Yields:
        One clause, where there is a figure.
    """
    if not found:
        return
    last = max(found, key=lambda one: one.size)
    phases = ", ".join(f"{s.phase} over epochs {s.first} to {s.last}" for s in last.segments)
    shape = f"; its shape: {phases}" if phases else ""
    yield Clause(
        text=f"from epoch to epoch the accuracy of {last.candidate} at {samples(last.size)} changes by "
        f"{last.median_change:.3f} (median), its largest fall is {last.draw_down:.3f}, its steadiness "
        f"{last.steadiness:.2f}{shape}",
        sources=(
            Source(
                candidate=last.candidate,
                factor="consistency",
                trials=trials_at(decision, last.candidate, [last.size]),
            ),
        ),
    )


def of_gains(gains: Sequence[Gain], decision: Decision) -> Iterator[Clause]:
    """Yield what each change of a recipe buys, at the smallest and the largest size.

    Args:
        gains: One a change and size.
        decision: The decision.

    Yields:
        One clause a change.
    """
    pairs = dict.fromkeys((gain.change, gain.with_change, gain.without) for gain in gains)
    for pair in pairs:
        own = sorted(
            (gain for gain in gains if (gain.change, gain.with_change, gain.without) == pair),
            key=lambda gain: gain.size,
        )
        ends = own if len(own) == 1 else [own[0], own[-1]]
        change, with_change, without = pair
        told = " and ".join(
            f"{gain.value:+.3f} ({gain.low:+.3f} to {gain.high:+.3f}) at {samples(gain.size)}" for gain in ends
        )
        sizes = [gain.size for gain in ends]
        yield Clause(
            text=f"{CHANGES[change]} changes the accuracy of {with_change} against {without} by {told}",
            sources=tuple(
                Source(candidate=name, factor="gains", trials=trials_at(decision, name, sizes))
                for name in (with_change, without)
            ),
        )
