"""The graph of a pipeline, drawn: a box for each step, from top to bottom, and a line to each that reads it."""

from collections.abc import Sequence
from html import escape

from netwright.records.pipeline import Status, StepRun

SIGNS: dict[Status, tuple[str, str]] = {
    "cached": ("=", "var(--muted)"),
    "done": ("✓", "var(--pass)"),
    "redone": ("↻", "var(--pass)"),
    "failed": ("✗", "var(--fail)"),
    "stopped": ("■", "var(--undecided)"),
    "would run": ("→", "var(--undecided)"),
    "would look": ("?", "var(--undecided)"),
    "not reached": ("·", "var(--muted)"),
}
"""Status -> (sign, colour); the sign says it without colour."""
_RAN: set[Status] = {"done", "redone"}
_WIDTH, _BOX, _GAP, _LEFT, _LANE = 340, 46, 22, 92, 16


def graph_svg(steps: Sequence[StepRun]) -> str:
    """Return the graph as SVG that takes its colours from the page.

    Args:
        steps: The steps, each after those that it reads.

    Returns:
        The element.
    """
    places = {step.name: number for number, step in enumerate(steps)}
    height = len(steps) * (_BOX + _GAP) - _GAP + 4
    lines, lane = [], 0
    for step in steps:
        for before in step.after:
            near = places[step.name] - places[before] == 1
            lane += not near
            both = {steps[places[before]].status, step.status} <= _RAN
            lines.append(_line(places[before], places[step.name], 0 if near else lane, both))
    boxes = [_box(step, number) for number, step in enumerate(steps)]
    told = "; ".join(f"{step.name} {step.status}" for step in steps)
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" style="max-width: 100%; height: auto"'
    return f'<svg {size} role="img" aria-label="{escape(told)}">{"".join(lines)}{"".join(boxes)}</svg>'


def _line(before: int, after: int, lane: int, ran: bool) -> str:
    look = f'fill="none" stroke="{SIGNS["done"][1] if ran else "var(--line)"}" stroke-width="{2 if ran else 1.5}"'
    if not lane:
        top, x = _top(before) + _BOX, _LEFT + 28
        return f'<path d="M{x} {top}V{_top(after)}" {look}/>'
    # one that passes other steps goes round them, each on a lane of its own
    start, end, x = _top(before) + _BOX * 0.7, _top(after) + _BOX * 0.3, _LEFT - _LANE * lane
    path = f"M{_LEFT} {start:g}H{x + 6}Q{x} {start:g} {x} {start + 6:g}V{end - 6:g}Q{x} {end:g} {x + 6} {end:g}H{_LEFT}"
    return f'<path d="{path}" {look}/>'


def _box(step: StepRun, number: int) -> str:
    sign, colour = SIGNS[step.status]
    top, width = _top(number), _WIDTH - _LEFT - 2
    below = f"{step.status}, {step.seconds:.1f} s" if step.seconds else step.status
    below += ", the same again" if step.same else ""
    text = 'style="font: 600 14px system-ui, sans-serif" fill="var(--text)"'
    small = 'style="font: 12px system-ui, sans-serif" fill="var(--muted)"'
    return (
        f'<rect x="{_LEFT}" y="{top}" width="{width}" height="{_BOX}" rx="6" fill="var(--raised)" stroke="{colour}"/>'
        f'<text x="{_LEFT + 20}" y="{top + 28}" text-anchor="middle" style="font: 16px system-ui, sans-serif" '
        f'fill="{colour}">{sign}</text>'
        f'<text x="{_LEFT + 40}" y="{top + 20}" {text}>{escape(step.name)}</text>'
        f'<text x="{_LEFT + 40}" y="{top + 37}" {small}>{escape(below)}</text>'
    )


def _top(number: int) -> int:
    return 2 + number * (_BOX + _GAP)
