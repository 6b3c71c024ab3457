"""What a pruned model saves in time, beside what its arithmetic promised and what could be saved at most."""

from math import inf

from netwright.records.pruning import Pruning
from netwright.report.charts.pruning_speed import speed_chart
from netwright.report.figures import share_text
from netwright.report.pruning_headline import interval_of_speedup
from netwright.report.sections.section import Section, drawn
from netwright.report.table import Cell, Table


def speed_section(record: Pruning) -> Section | None:
    """Return the measured speed-up beside the predicted ones.

    Args:
        record: Before and after.

    Returns:
        The section; None where nothing was timed.
    """
    if record.speedup is None:
        return None
    chart = speed_chart(predictions(record), record)
    content = {
        "table": speed_table(record),
        "share": None if record.share is None else share_text(record.share),
        "height": (chart.height if chart else 0) + 60,
    }
    charts = drawn({"pruning_speed": chart})
    return Section("pruning_speed", "What it saves in time", content, charts)


def predictions(record: Pruning) -> dict[str, float]:
    """Return the speed-ups that were to be expected, by what they rest on.

    From arithmetic: multiply-adds before / after. From the share s of the time that feed-forward networks take, of
    whose neurons k stay: 1 / (1 - s (1 - k)), and at most 1 / (1 - s) (Amdahl's law).

    Args:
        record: Before and after.

    Returns:
        Name -> speed-up; without those that nothing is known of.
    """
    found = {}
    if record.after.flops > 0:
        found["by arithmetic"] = record.before.flops / record.after.flops
    kept = _neurons_kept(record)
    if record.share is not None and kept is not None:
        found["by feed-forward share"] = _amdahl(record.share, kept)
        found["at most"] = _amdahl(record.share, 0.0)
    return {name: value for name, value in found.items() if value < inf}


def speed_table(record: Pruning) -> Table:
    """Return one row a speed-up: measured, and predicted.

    Args:
        record: Before and after, timed.

    Returns:
        The table.
    """
    measured = (
        Cell("–") if record.speedup is None else Cell(f"{record.speedup:.2f}×", below=interval_of_speedup(record))
    )
    rows = [(Cell("Measured", below="calls of both models in turn"), measured)]
    rows += [
        (Cell(name.capitalize(), below=_MEANING[name]), Cell(f"{v:.2f}×")) for name, v in predictions(record).items()
    ]
    return Table((Cell("Speed-up"), Cell("")), tuple(rows))


_MEANING = {
    "by arithmetic": "multiply-adds before / after",
    "by feed-forward share": "if its time falls as its neurons do",
    "at most": "without any feed-forward network",
}


def _amdahl(share: float, kept: float) -> float:
    left = 1 - share * (1 - kept)
    return 1 / left if left > 0 else inf


def _neurons_kept(record: Pruning) -> float | None:
    own = [site for site in record.plan.sites if site.unit == "neurons"]
    # what heads or whole layers save does not follow from this share
    if not own or len(own) < len(record.plan.sites):
        return None
    return sum(len(site.kept) for site in own) / sum(site.count for site in own)
