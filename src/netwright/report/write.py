"""Writing what a report consists of: the page, and its drawings as pictures."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from netwright.machine.durable import write_durably
from netwright.records.decision import Decision
from netwright.records.errors import StorageError
from netwright.records.study import Study
from netwright.report.charts.bubble import bubble_chart
from netwright.report.charts.epochs import epoch_panels
from netwright.report.charts.pareto import pareto_chart
from netwright.report.charts.scaling import scaling_chart
from netwright.report.charts.theme import spec_of
from netwright.report.page import as_study, page_html
from netwright.report.palette import GROUND
from netwright.report.sections.epochs import consistencies
from netwright.report.sections.scalability import scalabilities

_WIDTH = 720
_PANEL_WIDTH = 210
_COLUMNS = 3


def write_report(record: Study | Decision, path: Path | str) -> Path:
    """Write one self-contained HTML page that shows a record; it needs no internet and asks for none.

    Args:
        record: A study; or a decision alone, which is shown without what needs single trials.
        path: The file to write.

    Returns:
        The path.

    Raises:
        StorageError: The file could not be written.
    """
    path = Path(path)
    page = page_html(record)
    # a lone surrogate, as in an undecodable path inside an error, is no UTF-8
    write_durably(path, page.encode("utf-8", "replace"))
    return path


def write_pictures(record: Study | Decision, folder: Path | str) -> list[Path]:
    """Write the drawings of a record as SVG and PNG.

    Args:
        record: A study; or a decision alone, which has no epochs.
        folder: Where to; made if it is missing.

    Returns:
        The files: `scaling`, `pareto`, `scalability` and `epochs`, each as `.svg` and `.png`, without those that would
        be empty.

    Raises:
        StorageError: The folder could not be made, or a file not written.
    """
    folder = Path(folder)
    _make(folder)
    written = []
    for name, spec in _pictures(record).items():
        text = json.dumps(spec, allow_nan=False)
        for suffix, data in (
            ("svg", vl_convert.vegalite_to_svg(text).encode()),
            ("png", vl_convert.vegalite_to_png(text, scale=2)),
        ):
            write_durably(folder / f"{name}.{suffix}", data)
            written.append(folder / f"{name}.{suffix}")
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make the folder {folder}: {error.strerror}; choose another one") from error


def _pictures(record: Study | Decision) -> Mapping[str, dict[str, Any]]:
    study = as_study(record)
    decision, results = study.decision, study.results
    charts: dict[str, Any] = {
        "scaling": scaling_chart(decision, results),
        "pareto": pareto_chart(decision),
        "scalability": bubble_chart(scalabilities(study), decision.scenario.design.sizes[-1]),
    }
    charts = {name: chart.properties(width=_WIDTH) for name, chart in charts.items() if chart is not None}
    panels = epoch_panels(decision, results, consistencies(study))
    if panels:
        small = [panel.chart.properties(width=_PANEL_WIDTH, title=panel.name) for panel in panels]
        for chart in small:
            # only the outermost chart may say how it is fitted
            chart.autosize = alt.Undefined
        charts["epochs"] = alt.concat(*small, columns=_COLUMNS)
    return {name: _on_ground(spec_of(chart)) for name, chart in charts.items()}


def _on_ground(spec: dict[str, Any]) -> dict[str, Any]:
    # a picture may lie on a page of any colour
    return spec | {"config": spec["config"] | {"background": GROUND.light}}
