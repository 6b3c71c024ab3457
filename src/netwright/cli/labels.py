"""`netwright labels`: labels that came later, into the telemetry; and labelled samples out of it."""

import time
from pathlib import Path
from typing import Annotated

import typer


def labels(
    package: Annotated[Path, typer.Argument(help="Folder of a package, as netwright ship writes it.")],
    file: Annotated[
        Path | None, typer.Argument(help="CSV with the columns id, label and perhaps source, or JSON lines.")
    ] = None,
    *,
    telemetry: Annotated[
        Path | None, typer.Option(help="The service's telemetry; PACKAGE.telemetry.sqlite if not given.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="A new folder: write the samples that have a label as data for a study.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
) -> None:
    """Enter labels that came later; or, with --export, write the labelled samples as the next study's data.

    A source is person, outcome or model; what a model said itself is kept apart and is no truth. Every fault of the
    file is told with its line, and then nothing of it is entered.
    """
    from netwright.monitoring.label_file import enter, read_labels
    from netwright.monitoring.store import Store, telemetry_of
    from netwright.serving.package import open_package

    _check(file, export)
    found = open_package(package)
    place = telemetry or telemetry_of(package)
    # looked at first, so that a wrong name makes no new file
    with Store.to_read(place) as store:
        if export is not None:
            from netwright.studies.feedback import export_samples

            exported = export_samples(store, found.form, found.manifest.classes, export)
            typer.echo(exported.to_json(indent=2) if as_json else str(exported))
            return
    assert file is not None
    told = read_labels(file, found.manifest.classes)
    with Store(place) as store:
        entered = enter(store, told, time.time())
    typer.echo(entered.to_json(indent=2) if as_json else str(entered))


def _check(file: Path | None, export: Path | None) -> None:
    from netwright.records.errors import InputError

    if (file is None) == (export is None):
        raise InputError("name either a file of labels to enter, or --export FOLDER")
