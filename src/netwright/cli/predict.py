"""`netwright predict`: a package's predictions of many samples, into a file."""

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from netwright.cli.option_groups import grouped

INTERRUPTED = 130


class DataPart(StrEnum):
    """A part of a data set."""

    TEST = "test"
    TRAIN = "train"


@dataclass(frozen=True)
class Which:
    """What is read of the data."""

    part: Annotated[DataPart, typer.Option(help="Of a data set.")] = DataPart.TEST
    identifier: Annotated[
        str | None, typer.Option("--id", help="Column that names the rows of a table; their place if not given.")
    ] = None


@dataclass(frozen=True)
class How:
    """How it is computed."""

    batch: Annotated[int, typer.Option(min=1, help="Samples that the model gets at once.")] = 64
    threads: Annotated[int, typer.Option(min=1, help="Threads to compute with.")] = 1
    registry: Annotated[str | None, typer.Option(help="URI of MLflow, or a study's folder.")] = None
    factory: Annotated[
        list[str] | None, typer.Option(help="A factory of your own, package.module:function, that may be imported.")
    ] = None
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Finish without the samples that cannot be predicted.")
    ] = False
    restart: Annotated[bool, typer.Option("--restart", help="Begin anew, whatever a stopped run has kept.")] = False


@dataclass(frozen=True)
class Out:
    """What is written where."""

    out: Annotated[Path, typer.Option(help="The file: .parquet, .csv or .jsonl.")]
    probabilities: Annotated[bool, typer.Option("--probabilities", help="Write the probability of each class.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False


@grouped
def predict(
    package: Annotated[str, typer.Argument(help="A package's folder, or models:/NAME@ALIAS, models:/NAME/VERSION.")],
    data: Annotated[
        str,
        typer.Argument(
            help="A folder of images or texts, an image, a CSV, JSON lines, Parquet or text file, a data set of "
            "netwright, or an address."
        ),
    ],
    *,
    which: Which,
    how: How,
    out: Out,
) -> None:
    """Write a package's predictions of many samples to a file.

    They are those of the service. A run that was stopped goes on with the same command; the file appears when it is
    whole. Samples that cannot be predicted are listed in FILE.rejects.
    """
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.machine.progress import progress_for
    from netwright.serving.batch.predict import PredictSetting
    from netwright.serving.batch.predict import predict as run
    from netwright.studies.ship.find_package import find_package

    setting = PredictSetting(
        find_package(package, how.registry), data, out.out, how.batch, which.part.value, which.identifier,
        probabilities=out.probabilities, skip_bad=how.skip_bad, restart=how.restart,
        threads=how.threads, factories=tuple(how.factory or ()),
    )  # fmt: skip
    try:
        summary = run(setting, progress_for(sys.stderr))
    except KeyboardInterrupt:
        typer.echo("netwright: stopped; the same command goes on from here", err=True)
        sys.exit(INTERRUPTED)
    typer.echo(summary.to_json(indent=2) if out.as_json else str(summary))
