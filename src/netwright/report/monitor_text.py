"""The words of the live page: what is the matter, in figures."""

from collections.abc import Sequence
from math import isnan

from netwright.monitoring.latency_bins import joined, quantile
from netwright.records.drift import Effect, FeatureDrift
from netwright.records.monitor import MonitorState
from netwright.records.units import format_quantity
from netwright.report.figures import count_text
from netwright.report.headline import Fact
from netwright.report.monitor_plots import clock

FEW_LABELLED = 0.05
FAR = 0.02
STANDINGS = {"holds": ("✓", "pass"), "watching": ("…", ""), "fired": ("✗", "fail"), "cannot be watched": ("–", "")}
"""Standing -> (symbol, class)."""
_RECENT = 10
_OK = 200


def monitor_headline(state: MonitorState) -> str:
    """Return what is the matter, in a line."""
    if state.on:
        what = state.on[0].title
        more = f", and {count_text(len(state.on) - 1, 'more alarm')}" if len(state.on) > 1 else ""
        return capital(f"{what}{more}")
    if not state.events:
        return "Nothing has come yet"
    return "All alarms were seen" if state.alarms else "The decision stands"


def monitor_verdict(state: MonitorState) -> str:
    """Return how much was seen, and what it says about the decision."""
    if state.latest is None:
        return "The telemetry is empty: figures appear here as soon as the service has answered its first request."
    seen = f"{count_text(state.events, 'event')} were read, the newest of {clock(state.latest, day=True)} UTC."
    behind = f" {count_text(state.behind, 'event')} wait to be read." if state.behind else ""
    compared = f" {count_text(state.drift.rows, 'answer')} were compared with the test samples of the decision"
    moved = len(state.drift.drifted)
    drift = f"{compared}; {moved} of {len(state.drift.features)} numbers have drifted." if state.drift.rows else ""
    return f"{seen}{behind}{drift}"


def monitor_facts(state: MonitorState) -> list[Fact]:
    """Return the figures on top: traffic, latency, accuracy, labels, losses."""
    recent = state.windows[-_RECENT:]
    answered = sum(one.n for window in recent for one in window.counts if one.status == _OK and one.route != "shadow")
    slow = quantile(joined(*(window.latencies for window in recent)), 0.99)
    span = (recent[-1].start - recent[0].start + state.seconds) if recent else 1.0
    accuracy = state.accuracy
    labelled = accuracy.labelled / accuracy.answered if accuracy.answered else 0.0
    return [
        Fact(
            "Answers a second", f"{answered / span:.3g}", f"over {format_quantity(span, 's')}" if recent else "none yet"
        ),
        Fact(
            "99% answered within",
            "–" if isnan(slow) else format_quantity(slow, "s"),
            "" if isnan(slow) else "in the same time",
        ),
        _accuracy(state),
        Fact("Labelled", f"{labelled:.1%}", f"{accuracy.labelled:,} of {accuracy.answered:,} answers"),
        Fact("Lost events", f"{state.lost:,}", f"by {count_text(state.runs, 'run')}" if state.lost else "none"),
    ]


def label_remarks(state: MonitorState) -> list[str]:
    """Return what a reader must know of the labels before trusting the accuracy."""
    accuracy, remarks = state.accuracy, []
    if not accuracy.labelled:
        return [
            "No label has come yet: accuracy in production is not known. The service and netwright labels take them."
        ]
    share = accuracy.labelled / max(accuracy.answered, 1)
    gap = accuracy.confidence_labelled - accuracy.confidence
    if share < FEW_LABELLED:
        remarks.append(
            f"Only {share:.1%} of the answers have a label: the figure is that of all answers only where the labelled "
            "ones were chosen at random."
        )
    if abs(gap) > FAR:
        remarks.append(
            f"The labelled answers are no fair sample: their mean confidence is {accuracy.confidence_labelled:.2f}, "
            f"that of all answers {accuracy.confidence:.2f}."
        )
    remarks.append(
        f"Half of the labels came within {format_quantity(accuracy.delay, 's')} of the answer, 90% within "
        f"{format_quantity(accuracy.delay_long, 's')}."
    )
    counts = (
        (accuracy.corrected, "replaced an earlier one"),
        (accuracy.from_model, "are a model's own predictions and count for nothing here"),
        (accuracy.unmatched, "belong to no answer in the telemetry"),
    )
    return [*remarks, *(f"{count_text(n, 'label')} {what}." for n, what in counts if n)]


def effect_text(effects: Sequence[Effect]) -> str:
    """Return effect sizes with their intervals."""
    return ", ".join(f"{one.name} {one.value:.2f} ({one.low:.2f}–{one.high:.2f})" for one in effects) or "not yet known"


def drift_words(one: FeatureDrift) -> tuple[str, str, str]:
    """Return how a number stands: symbol, class, words."""
    if one.alarm is not None:
        return "✗", "fail", f"drifted since about answer {one.since:,}"
    if one.discovered is not None:
        return "?", "undecided", "moved, too little to matter"
    return "✓", "pass", "as in the test samples"


def evidence_text(e_value: float) -> str:
    """Return evidence as odds that people can read.

    >>> evidence_text(0.3), evidence_text(123456.0), evidence_text(1e300)
    ('none', '120,000 to 1', 'over 1,000,000 to 1')
    """
    if e_value < 1.5:
        return "none"
    return f"{float(f'{e_value:.2g}'):,.0f} to 1" if e_value < 1e6 else "over 1,000,000 to 1"


def capital(text: str) -> str:
    """Return a text that begins with a capital letter, and is otherwise as it was.

    >>> capital("p99 of KS")
    'P99 of KS'
    """
    return text[:1].upper() + text[1:]


def _accuracy(state: MonitorState) -> Fact:
    accuracy = state.accuracy
    assumed = "" if isnan(accuracy.assumed) else f"; decided on {accuracy.assumed:.1%}"
    if not accuracy.labelled:
        return Fact("Accuracy", "–", f"no labels{assumed}")
    share = accuracy.right / accuracy.labelled
    return Fact("Accuracy", f"{share:.1%}", f"{accuracy.low:.1%}–{accuracy.high:.1%}{assumed}")
