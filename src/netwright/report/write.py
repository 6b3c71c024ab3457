"""Writing what a report consists of: the page, and its drawings as pictures."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

from netwright.machine.durable import write_durably
from netwright.records.anatomy import Anatomy
from netwright.records.decision import Decision
from netwright.records.dynamics import Dynamics
from netwright.records.errors import InputError, StorageError
from netwright.records.evaluation import Evaluation
from netwright.records.explanation import Explanation
from netwright.records.geometry import Geometry
from netwright.records.monitor import MonitorState
from netwright.records.pipeline import Pipeline
from netwright.records.pruning import Pruning, Sweep
from netwright.records.study import Study
from netwright.records.symmetry import SymmetryTable
from netwright.records.validation import Validation
from netwright.report.anatomy_page import anatomy_html
from netwright.report.charts.anatomy_pictures import anatomy_pictures
from netwright.report.charts.bubble import bubble_chart
from netwright.report.charts.confusion import confusion_chart, matrix_width
from netwright.report.charts.dynamics_panels import panel_grid, panels
from netwright.report.charts.epochs import epoch_panels
from netwright.report.charts.explanation_strip import whole_strip
from netwright.report.charts.pareto import pareto_chart
from netwright.report.charts.pruning_pictures import pruning_pictures, sweep_pictures
from netwright.report.charts.scaling import scaling_chart
from netwright.report.charts.theme import spec_of
from netwright.report.dynamics_page import dynamics_html, geometry_html, symmetries_html
from netwright.report.evaluation_page import evaluation_html
from netwright.report.explanation_page import explanation_html
from netwright.report.families import kinds_of
from netwright.report.monitor_page import monitor_html
from netwright.report.page import as_study, page_html
from netwright.report.palette import GROUND
from netwright.report.pipeline_page import pipeline_html
from netwright.report.pruning_page import pruning_html, sweep_html
from netwright.report.sections.dynamics import slug
from netwright.report.sections.epochs import consistencies
from netwright.report.sections.scalability import scalabilities
from netwright.report.validation_page import validation_html

_WIDTH = 720
_PANEL_WIDTH = 210
_COLUMNS = 3


Showable = (
    Study
    | Decision
    | Dynamics
    | SymmetryTable
    | Geometry
    | Anatomy
    | Pruning
    | Sweep
    | Evaluation
    | Explanation
    | Validation
    | Pipeline
    | MonitorState
)
"""Every record that has a page."""
_Charted = Study | Decision | Dynamics | Anatomy | Pruning | Sweep | Evaluation
Drawable = _Charted | Explanation
"""Every record that has drawings."""
_Page = tuple[type[Any], Callable[[Any], str]]
_PAGES: tuple[_Page, ...] = (
    (Study, page_html),
    (Decision, page_html),
    (Dynamics, dynamics_html),
    (SymmetryTable, symmetries_html),
    (Geometry, geometry_html),
    (Anatomy, anatomy_html),
    (Pruning, pruning_html),
    (Sweep, sweep_html),
    (Evaluation, evaluation_html),
    (Explanation, explanation_html),
    (Validation, validation_html),
    (Pipeline, pipeline_html),
    (MonitorState, partial(monitor_html, refresh=None)),
)


def write_report(record: Showable, path: Path | str) -> Path:
    """Write one self-contained HTML page that shows a record; it needs no internet and asks for none.

    Args:
        record: A study; a decision alone, which is shown without what needs single trials; what was seen of a
            training's dynamics; a network's symmetries, or its geometry; a model's anatomy; a pruned model, or
            ways to prune one; how a model answers; why it answers so; what is wrong with data; what a pipeline did; how
            a package does in production.
        path: The file to write.

    Returns:
        The path.

    Raises:
        InputError: The record has no page.
        StorageError: The file could not be written.
    """
    path = Path(path)
    page = next((page for kind, page in _PAGES if isinstance(record, kind)), None)
    if page is None:
        known = ", ".join(kind.__name__ for kind, _ in _PAGES)
        raise InputError(f"found {type(record).__name__}, which has no page; hand in one of {known}")
    # a lone surrogate, as in an undecodable path inside an error, is no UTF-8
    write_durably(path, page(record).encode("utf-8", "replace"))
    return path


def write_pictures(record: Drawable, folder: Path | str) -> list[Path]:
    """Write the drawings of a record as SVG and PNG.

    Args:
        record: A study; a decision alone, which has no epochs; what was seen of a training's dynamics; a model's
            anatomy; a pruned model, or ways to prune one; how a model answers; why it answers so.
        folder: Where to; made if it is missing.

    Returns:
        The files, each as `.svg` and `.png`, without those that would be empty: `scaling`, `pareto`, `scalability` and
        `epochs`; of dynamics one a kind of charge, such as `translation`, `scale` and `rescale`; of an anatomy
        `figure-1`, `figure-1a` and `figure-2` or `figure-3`; of a pruned model `neurons` and `heads`; of ways to prune
        `accuracy` and `time`; of answers, those of a study's chosen model too, `confusion`; of an explanation
        `explanation`.

    Raises:
        StorageError: The folder could not be made, or a file not written.
    """
    if isinstance(record, Explanation):
        # no library draws frames below one another with their curves: this drawing is an SVG to begin with
        return _write_drawing("explanation", whole_strip(record), Path(folder))
    return _write_all(_specs(record), Path(folder))


def write_panels(records: Sequence[Dynamics], folder: Path | str) -> list[Path]:
    """Write several trainings of one network side by side as one picture: a row a kind of charge, a column a training.

    Args:
        records: The trainings, from left to right; their titles stand above the columns.
        folder: Where to; made if it is missing.

    Returns:
        `dynamics.svg` and `dynamics.png`; nothing where no charge was read.

    Raises:
        StorageError: The folder could not be made, or a file not written.
    """
    grid = panel_grid(records)
    return _write_all({} if grid is None else {"dynamics": _on_ground(spec_of(grid))}, Path(folder))


def _write_all(specs: Mapping[str, dict[str, Any]], folder: Path) -> list[Path]:
    _make(folder)
    written = []
    for name, spec in specs.items():
        text = json.dumps(spec, allow_nan=False)
        pair = vl_convert.vegalite_to_svg(text).encode(), vl_convert.vegalite_to_png(text, scale=2)
        written += _write_pair(name, *pair, folder)
    return written


def _write_drawing(name: str, svg: str, folder: Path) -> list[Path]:
    _make(folder)
    return _write_pair(name, svg.encode(), vl_convert.svg_to_png(svg, scale=2), folder)


def _write_pair(name: str, svg: bytes, png: bytes, folder: Path) -> list[Path]:
    written = [folder / f"{name}.{suffix}" for suffix in ("svg", "png")]
    for path, data in zip(written, (svg, png), strict=True):
        write_durably(path, data)
    return written


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make the folder {folder}: {error.strerror}; choose another one") from error


def _specs(
    record: Study | Decision | Dynamics | Anatomy | Pruning | Sweep | Evaluation,
) -> Mapping[str, dict[str, Any]]:
    if isinstance(record, Dynamics):
        return _panels(record)
    if isinstance(record, Anatomy):
        return _wide(anatomy_pictures(record))
    if isinstance(record, Pruning):
        return _wide(pruning_pictures(record))
    if isinstance(record, Sweep):
        return _wide(sweep_pictures(record))
    if isinstance(record, Evaluation):
        return _matrix(record)
    return _pictures(record)


def _wide(charts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: _on_ground(spec_of(chart.properties(width=_WIDTH))) for name, chart in charts.items()}


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
    matrix = {} if study.evaluation is None else _matrix(study.evaluation)
    return {name: _on_ground(spec_of(chart)) for name, chart in charts.items()} | matrix


def _matrix(record: Evaluation) -> dict[str, dict[str, Any]]:
    chart = confusion_chart(record.whole, record.classes).properties(width=matrix_width(record.classes))
    return {"confusion": _on_ground(spec_of(chart))}


def _panels(record: Dynamics) -> Mapping[str, dict[str, Any]]:
    charts = {slug(kind): panels((record,), kind) for kind in kinds_of(record)}
    return {name: _on_ground(spec_of(chart)) for name, chart in charts.items() if chart is not None}


def _on_ground(spec: dict[str, Any]) -> dict[str, Any]:
    # a picture may lie on a page of any colour
    return spec | {"config": spec["config"] | {"background": GROUND.light}}
