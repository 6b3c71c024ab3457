"""The command `netwright`: its groups, and how errors leave it."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from netwright.cli import (
    anatomy,
    checkpoint,
    data,
    dynamics,
    evaluate,
    explain,
    features,
    labels,
    monitor,
    pipeline,
    predict,
    prune,
    report,
    serve,
    ship,
    stream,
    study,
    validate,
)
from netwright.records.errors import InputError, NetwrightError

INPUT_ERROR, FAILED = 2, 1

commands = typer.Typer(
    name="netwright",
    help="Choose, understand, shrink, stream and ship a PyTorch model, on evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
commands.command("study")(study.study)
commands.command("report")(report.report)
commands.command("checkpoint")(checkpoint.checkpoint)
commands.command("ship")(ship.ship)
commands.command("serve")(serve.serve)
commands.command("predict")(predict.predict)
commands.command("monitor")(monitor.monitor)
commands.command("labels")(labels.labels)
commands.command("pipeline")(pipeline.pipeline)
commands.command("evaluate")(evaluate.evaluate)
commands.command("explain")(explain.explain)
commands.command("dynamics")(dynamics.dynamics)
commands.command("anatomy")(anatomy.anatomy)
commands.command("prune")(prune.prune)
commands.command("stream")(stream.stream)
data.app.command("validate")(validate.validate)
commands.add_typer(data.app, name="data")
commands.add_typer(features.app, name="features")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"netwright {version('netwright')}")
        raise typer.Exit


@commands.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Choose, understand, shrink, stream and ship a PyTorch model, on evidence."""


def app() -> None:
    """Run the command line; an error of ours is one message and an exit code, never a traceback."""
    try:
        commands()
    except InputError as error:
        _leave(str(error), INPUT_ERROR)
    except NetwrightError as error:
        _leave(str(error), FAILED)


def _leave(message: str, code: int) -> None:
    typer.echo(f"netwright: {message}", err=True)
    sys.exit(code)
