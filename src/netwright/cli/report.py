"""`netwright report`: the pages of a study again, from its records."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    pictures: Annotated[Path | None, typer.Option(help="Folder for the charts as SVG and PNG.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the paths as JSON.")] = False,
) -> None:
    """Write a study's decision.md and report.html again, and its charts as pictures if asked."""
    import json

    from netwright.cli.pages import write_pages
    from netwright.report.write import write_pictures
    from netwright.studies.read import read_study

    written = [write_pages(folder, command=f"netwright report {folder}")]
    if pictures is not None:
        written += write_pictures(read_study(folder), pictures)
    typer.echo(json.dumps([str(path) for path in written]) if as_json else "\n".join(map(str, written)))
