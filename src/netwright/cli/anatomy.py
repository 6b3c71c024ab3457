"""`netwright anatomy`: what the layers and neurons of a transformer deliver to its decision."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.records.anatomy import Anatomy
    from netwright.studies.anatomy_run import AnatomySetting

INTERRUPTED = 130


@dataclass(frozen=True)
class With:
    """What the model is looked at with."""

    texts: Annotated[Path | None, typer.Option(help="File with one text a line; ten probe sentences if not given.")] = (
        None
    )
    threshold: Annotated[float | None, typer.Option(help="Cosine above which a neuron is active; 0.35 at first.")] = (
        None
    )
    deviations: Annotated[
        float | None, typer.Option(help="The same in standard deviations of each layer's cosines, such as 3.")
    ] = None
    max_length: Annotated[int | None, typer.Option(min=1, help="Cut texts after so many tokens.")] = None


@dataclass(frozen=True)
class Out:
    """What is written where."""

    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    pictures: Annotated[Path | None, typer.Option(help="Folder for the figures as SVG and PNG.")] = None
    graph: Annotated[Path | None, typer.Option(help="File of the delivery graph, .graphml or .json.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def anatomy(
    model: Annotated[str, typer.Argument(help="A folder in the layout of transformers, or minilm.")],
    *,
    given: With,
    out: Out,
) -> None:
    """Show what each layer and neuron of a transformer delivers to its decision."""
    _check_places(out)
    setting = _setting(model, given)
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.studies.anatomy_run import look_into

    try:
        record = look_into(setting, progress_for(sys.stderr))
    except KeyboardInterrupt:
        typer.echo("netwright: stopped before the model was seen", err=True)
        sys.exit(INTERRUPTED)
    _show(record, out)


def _setting(model: str, given: With) -> "AnatomySetting":
    from netwright.records.errors import InputError

    if given.threshold is not None and given.deviations is not None:
        raise InputError("--threshold and --deviations both say which cosine is large; give one of them")
    from netwright.anatomy.neurons import THRESHOLD
    from netwright.anatomy.threshold import Absolute, Deviations
    from netwright.studies.anatomy_run import AnatomySetting

    if given.deviations is not None:
        return AnatomySetting(model, given.texts, Deviations(given.deviations), given.max_length)
    threshold = THRESHOLD if given.threshold is None else Absolute(given.threshold)
    return AnatomySetting(model, given.texts, threshold, given.max_length)


def _check_places(out: Out) -> None:
    """Refuse files that could not be written before anything is looked at."""
    from netwright.records.errors import InputError
    from netwright.report.graph_export import graph_form

    for option, path in (("--report", out.report), ("--graph", out.graph)):
        if path is not None and not path.absolute().parent.is_dir():
            raise InputError(f"{option}: there is no folder {path.absolute().parent}; make it, or choose another one")
    if out.graph is not None:
        graph_form(out.graph)


def _show(record: "Anatomy", out: Out) -> None:
    from netwright.report.anatomy_text import anatomy_text
    from netwright.report.graph_export import write_graph
    from netwright.report.write import write_pictures, write_report

    written = [write_report(record, out.report)] if out.report is not None else []
    written += write_pictures(record, out.pictures) if out.pictures is not None else []
    written += [write_graph(record.graph, out.graph)] if out.graph is not None else []
    text = record.to_json(indent=2) if out.as_json else "\n".join([anatomy_text(record), *_told(written)])
    typer.echo(text)


def _told(written: list[Path]) -> list[str]:
    return ["", *(f"written: {path}" for path in written)] if written else []
