"""`netwright ship`: from a study's decision to a package that can be served."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def ship(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    out: Annotated[
        Path | None, typer.Option(help="A new folder; DIR/package if not given, where an earlier one is set aside.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was shipped as JSON.")] = False,
) -> None:
    """Turn a study's decision into a package, and enter it into the model registry.

    The package holds the chosen model and its fallback, the decision, a model card, and what the data looked like on
    which it was decided. ONNX Runtime runs a model only where its export is equal on real data, and faster.
    """
    import json

    from netwright.machine.progress import progress_for
    from netwright.studies.ship.ship import ship as make

    shipped = make(folder, out, progress_for(sys.stderr))
    manifest, package = shipped.package.manifest, shipped.package
    if as_json:
        told = {"package": str(package.folder), "version": package.version, "registry": shipped.place}
        models = [model.model_dump(mode="json") for model in manifest.models]
        typer.echo(json.dumps({**told, "models": models, "notes": shipped.notes}, indent=2))
        return
    typer.echo(str(manifest))
    for model in manifest.models:
        typer.echo(f"{model.candidate}: {model.choice.reason}")
    for note in shipped.notes:
        typer.echo(f"note: {note}", err=True)
    entered = f", in the registry as {shipped.place}" if shipped.place else ""
    typer.echo(f"package: {package.folder} (version {package.version}{entered})")
