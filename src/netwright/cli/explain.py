"""`netwright explain`: where, and when, a stored model sees what speaks for its answer to a video or an image."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.records.explanation import Explanation


@dataclass(frozen=True)
class What:
    """What is explained, and how the file is read."""

    label: Annotated[str | None, typer.Option("--class", help="The class; the most probable one if not given.")] = None
    layer: Annotated[
        list[str] | None,
        typer.Option(help="Path of a module to read the heat at, such as trunk.3; several are added up."),
    ] = None
    stride: Annotated[
        int | None,
        typer.Option(min=1, help="Frames from one of the clip to the next; if not given, as the model was trained."),
    ] = None
    factory: Annotated[
        list[str] | None, typer.Option(help="A factory of your own, package.module:function, that may be imported.")
    ] = None
    threads: Annotated[int, typer.Option(min=1, help="Threads to compute with.")] = 1


@dataclass(frozen=True)
class Out:
    """What is written where."""

    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    pictures: Annotated[Path | None, typer.Option(help="Folder for the strip of frames as SVG and PNG.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def explain(
    model: Annotated[Path, typer.Argument(help="A folder that netwright checkpoint wrote.")],
    source: Annotated[Path, typer.Argument(help="A video file, or an image file for a model of images.")],
    *,
    what: What,
    out: Out,
) -> None:
    """Show where in a video or an image, and when, a model sees what speaks for its answer."""
    from netwright.records.errors import InputError

    if out.report is not None and not out.report.absolute().parent.is_dir():
        folder = out.report.absolute().parent
        raise InputError(f"--report: there is no folder {folder}; make it, or choose another one")
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.studies.explain_run import ExplainSetting, explain_file

    setting = ExplainSetting(
        model=model,
        source=source,
        label=what.label,
        layers=None if what.layer is None else tuple(_paths(what.layer)),
        stride=what.stride,
        factories=tuple(what.factory or ()),
        threads=what.threads,
    )
    _show(explain_file(setting), out)


def _paths(given: list[str]) -> list[str]:
    # a report names the layers of one reading with commas between them
    return [path.strip() for text in given for path in text.split(",")]


def _show(record: "Explanation", out: Out) -> None:
    from netwright.report.explanation_text import explanation_text
    from netwright.report.write import write_pictures, write_report

    written = [write_report(record, out.report)] if out.report is not None else []
    written += write_pictures(record, out.pictures) if out.pictures is not None else []
    told = ["", *(f"written: {path}" for path in written)] if written else []
    typer.echo(record.to_json(indent=2) if out.as_json else "\n".join([explanation_text(record), *told]))
