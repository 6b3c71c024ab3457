"""`netwright evaluate`: how a trained classifier answers a test part, class by class."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.records.evaluation import Evaluation

INTERRUPTED = 130


@dataclass(frozen=True)
class How:
    """What is evaluated of what, and with what."""

    candidate: Annotated[str | None, typer.Option(help="Of a study; the chosen one if not given.")] = None
    factory: Annotated[
        list[str] | None, typer.Option(help="A factory of your own, package.module:function, that may be imported.")
    ] = None
    threads: Annotated[int, typer.Option(min=1, help="Threads to compute with.")] = 1


@dataclass(frozen=True)
class Out:
    """What is written where."""

    report: Annotated[Path | None, typer.Option(help="File of the page.")] = None
    pictures: Annotated[Path | None, typer.Option(help="Folder for the confusion matrix as SVG and PNG.")] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the record as JSON.")] = False


@grouped
def evaluate(
    model: Annotated[str, typer.Argument(help="A folder that netwright checkpoint wrote, or a study's folder.")],
    data: Annotated[
        str | None, typer.Argument(help="A data source or an address; what the model was trained on if not given.")
    ] = None,
    *,
    how: How,
    out: Out,
) -> None:
    """Show how a trained classifier answers a test part: accuracies, confusions, the classes it leans towards."""
    from netwright.records.errors import InputError

    if out.report is not None and not out.report.absolute().parent.is_dir():
        folder = out.report.absolute().parent
        raise InputError(f"--report: there is no folder {folder}; make it, or choose another one")
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.studies.evaluate_run import EvaluateSetting
    from netwright.studies.evaluate_run import evaluate as run

    setting = EvaluateSetting(model, data, how.candidate, tuple(how.factory or ()), how.threads)
    try:
        record = run(setting, progress_for(sys.stderr))
    except KeyboardInterrupt:
        typer.echo("netwright: stopped before everything was answered", err=True)
        sys.exit(INTERRUPTED)
    _show(record, out)


def _show(record: "Evaluation", out: Out) -> None:
    from netwright.report.evaluation_text import evaluation_text
    from netwright.report.write import write_pictures, write_report

    written = [write_report(record, out.report)] if out.report is not None else []
    written += write_pictures(record, out.pictures) if out.pictures is not None else []
    told = ["", *(f"written: {path}" for path in written)] if written else []
    typer.echo(record.to_json(indent=2) if out.as_json else "\n".join([evaluation_text(record), *told]))
