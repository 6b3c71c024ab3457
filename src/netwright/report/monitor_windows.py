"""Traffic, latency and accuracy over time, drawn from a monitor's windows."""

from math import nan, sqrt

from netwright.monitoring.latency_bins import quantile
from netwright.records.monitor import MonitorState, Window
from netwright.records.units import format_quantity
from netwright.report.monitor_plots import Axis, Line, Plot, Point, axis_for, clock, drawing

SLOTS = 60
"""Windows that a drawing shows."""
_Z = 1.6449
OK = 200


def slots(state: MonitorState) -> tuple[Window, ...]:
    """Return the last windows one after the other, with empty ones where nothing happened.

    They end now, or with the newest event where that is long ago.

    Args:
        state: What the monitor knows.

    Returns:
        `SLOTS` windows; none without events.
    """
    if not state.windows:
        return ()
    known = {round(window.start / state.seconds): window for window in state.windows}
    now = int(state.time // state.seconds)
    # an event that a wrong clock put into the future must not hide all others
    newest = max((place for place in known if place <= now), default=max(known))
    last = now if newest <= now < newest + SLOTS // 2 else newest
    return tuple(known.get(i, Window(start=i * state.seconds)) for i in range(last - SLOTS + 1, last + 1))


def traffic(state: MonitorState) -> Plot | None:
    """Return the drawing of answers and refusals a second, None without events."""
    windows = slots(state)
    if not windows:
        return None
    answered, refused = (
        [_count(window, served=served) / state.seconds if _whole(window, state) else nan for window in windows]
        for served in (True, False)
    )
    lines = [_over("answered", "c0", answered)]
    if any(rate > 0 for rate in refused):
        lines.append(_over("refused or failed", "c1", refused))
    told = [
        f"{clock(window.start)}: {good:.3g} answered, {bad:.3g} refused a second"
        if _whole(window, state)
        else clock(window.start)
        for window, good, bad in zip(windows, answered, refused, strict=True)
    ]
    known = [(good, bad) for good, bad in zip(answered, refused, strict=True) if good == good] or [(0.0, 0.0)]
    label = f"Requests a second: {known[-1][0]:.3g} answered, {known[-1][1]:.3g} refused in the last whole window"
    return drawing(label, axis_for([*answered, *refused], unit="/s"), lines, _ends(state), told=told)


def latency(state: MonitorState) -> Plot | None:
    """Return the drawing of the median and the 99% latency, None without answers."""
    limit = state.latency_limit
    windows = slots(state)
    median, slow = ([quantile(window.latencies, share) for window in windows] for share in (0.5, 0.99))
    if not any(value == value for value in slow):
        return None
    plain = axis_for([*slow, *([limit] if limit is not None else [])])
    axis = Axis(
        plain.low, plain.high, plain.marks, tuple(format_quantity(mark, "s") if mark else "0" for mark in plain.marks)
    )
    told = [
        f"{clock(window.start)}: half within {format_quantity(half, 's')}, 99% within {format_quantity(most, 's')}"
        if window.latencies
        else f"{clock(window.start)}: no answers"
        for window, half, most in zip(windows, median, slow, strict=True)
    ]
    known = [value for value in slow if value == value]
    label = f"Latency: 99% within {format_quantity(known[-1], 's')} in the last window with answers"
    lines = (_over("99%", "c1", slow), _over("median", "c0", median))
    return drawing(label, axis, lines, _ends(state), (limit, limit) if limit is not None else None, told)


def accuracy(state: MonitorState) -> Plot | None:
    """Return the drawing of accuracy by the time of the answers, None without labels."""
    windows = slots(state)
    if not any(window.labelled for window in windows):
        return None
    points = tuple(
        Point(_x(i), window.right / window.labelled, *wilson(window.right, window.labelled))
        if window.labelled
        else Point(_x(i), nan)
        for i, window in enumerate(windows)
    )
    told = [f"{clock(window.start)}: {window.right} of {window.labelled} right" for window in windows]
    assumed = state.accuracy
    band = (assumed.assumed_low, assumed.assumed_high) if assumed.assumed_low == assumed.assumed_low else None
    axis = Axis(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0), ("0%", "25%", "50%", "75%", "100%"))
    label = f"Accuracy by the time of the answer: {assumed.right} of {assumed.labelled} right since the beginning"
    return drawing(label, axis, (Line("accuracy, 90% interval", "c2", points),), _ends(state), band, told)


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 90% interval of a share.

    Source: E. B. Wilson (1927), JASA 22(158).

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.652, 0.977]
    """
    share, spread = right / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return middle - half, middle + half


def _count(window: Window, *, served: bool) -> int:
    return sum(one.n for one in window.counts if (one.status == OK) == served and one.route != "shadow")


def _whole(window: Window, state: MonitorState) -> bool:
    """Return whether a window lies between the first event and now: elsewhere a rate would say too little."""
    return state.windows[0].start <= window.start <= state.time - state.seconds


def _over(name: str, look: str, values: list[float]) -> Line:
    return Line(name, look, tuple(Point(_x(i), value) for i, value in enumerate(values)))


def _x(place: int) -> float:
    return (place + 0.5) / SLOTS


def _ends(state: MonitorState) -> tuple[float, float]:
    windows = slots(state)
    return windows[0].start, windows[-1].start + state.seconds
