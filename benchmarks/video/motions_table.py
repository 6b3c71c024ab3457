"""Runs of networks that were trained with several seeds, as rows and as a table of markdown."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

LEVEL = 0.95
ACCURACIES = {"ordered": "ordered", "in_pair": "in pair", "shuffled": "shuffled", "single": "one frame"}
"""Accuracies of a run, and what a table calls them."""


def interval(values: Sequence[float]) -> tuple[float, float | None]:
    """Return the mean and half the width of its t interval; None of one value, which has no interval."""
    array = np.array(values)
    if len(array) < 2:
        return float(array.mean()), None
    reach = stats.t.ppf((1 + LEVEL) / 2, len(array) - 1) * array.std(ddof=1) / len(array) ** 0.5
    return float(array.mean()), float(reach)


def summary(labels: Sequence[str], runs: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row a network: means and half widths over seeds, and the differences to the first network."""
    by_seed = {(one["model"], one["seed"]): one for one in runs}
    first = labels[0]
    rows = []
    for label in labels:
        own = [one for (model, _), one in by_seed.items() if model == label]
        if not own:
            continue
        row = {name: own[0][name] for name in ("model", "parameters", "mmacs")}
        row |= {"seeds": len(own)}
        row |= {name: interval([one[name] for one in own]) for name in ACCURACIES}
        row |= {name: float(np.mean([one[name] for one in own])) for name in ("seconds", "cpu_ms_per_clip_epoch")}
        pairs = [
            one["ordered"] - by_seed[first, one["seed"]]["ordered"] for one in own if (first, one["seed"]) in by_seed
        ]
        row["difference"] = interval(pairs) if pairs and label != first else None
        rows.append(row)
    return rows


def table(rows: Sequence[dict[str, Any]], note: str) -> str:
    """Return the rows as a table of markdown, with a note below."""
    head = ["network", "parameters", "MMACs", "seeds", *(f"{name} %" for name in ACCURACIES.values())]
    head += ["s a run", "ms a clip", "ordered, minus the first"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in rows:
        cells = [row["model"], f"{row['parameters']:,}", f"{row['mmacs']:.0f}", str(row["seeds"])]
        cells += [_percent(row[name]) for name in ACCURACIES]
        cells += [f"{row['seconds']:.0f}", f"{row['cpu_ms_per_clip_epoch']:.1f}"]
        cells.append("" if row["difference"] is None else _percent(row["difference"], sign="+"))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", note])


def _percent(pair: tuple[float, float | None], sign: str = "") -> str:
    mean, reach = pair
    return f"{100 * mean:{sign}.1f}" + ("" if reach is None else f" ± {100 * reach:.1f}")
