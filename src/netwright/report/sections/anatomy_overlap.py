"""Whether texts use the same neurons."""

from netwright.records.anatomy import Anatomy
from netwright.report.charts.anatomy_overlap import HEIGHT, LINES, MOST_TEXTS, overlap_chart, target_chart
from netwright.report.sections.section import Section, drawn

STROKES = {(1.0, 0.0): "", (7.0, 4.0): "dashed", (1.5, 3.5): "dotted"}


def overlap_section(record: Anatomy) -> Section | None:
    """Return how much texts share active neurons, and how alike their decisions are.

    Args:
        record: What was seen of a model.

    Returns:
        The section; None for a single text.
    """
    neurons = record.neurons
    cells = target_chart(neurons)
    if not neurons.overlaps or cells is None:
        return None
    known = {field for field in LINES if any(getattr(one, field) is not None for one in neurons.overlaps)}
    content = {
        "lines": [(name, slot, STROKES[dashes]) for field, (name, slot, dashes) in LINES.items() if field in known],
        "hidden": max(0, len(neurons.probes) - MOST_TEXTS),
        "height": HEIGHT + 60,
        "cells": cells.height + 40,
    }
    charts = drawn({"overlap": overlap_chart(neurons), "targets": cells})
    return Section("overlap", "The same neurons for every text?", content, charts, template="anatomy_overlap")
