"""`netwright checkpoint`: a trained model out of a study, for other commands; of texts for `transformers` too."""

from pathlib import Path
from typing import Annotated

import typer


def checkpoint(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    candidate: Annotated[str | None, typer.Option(help="Its name; the chosen one if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="A new folder; the cache if not given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the folder as JSON.")] = False,
) -> None:
    """Write a study's trained model as a folder: `evaluate` takes it; of texts in the layout of transformers."""
    import json

    from netwright.studies.checkpoint import write_checkpoint

    written = write_checkpoint(folder, candidate, out)
    typer.echo(json.dumps(str(written)) if as_json else f"written: {written}")
