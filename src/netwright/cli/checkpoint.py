"""`netwright checkpoint`: a trained classifier of texts out of a study, for `transformers` and for other commands."""

from pathlib import Path
from typing import Annotated

import typer


def checkpoint(
    folder: Annotated[Path, typer.Argument(help="A study's folder.")],
    candidate: Annotated[str | None, typer.Option(help="Its name; the chosen one if not given.")] = None,
    out: Annotated[Path | None, typer.Option(help="A new folder; the cache if not given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the folder as JSON.")] = False,
) -> None:
    """Write a study's trained classifier of texts in the layout of transformers; `anatomy` and `prune` take it."""
    import json

    from netwright.studies.checkpoint import write_checkpoint

    written = write_checkpoint(folder, candidate, out)
    typer.echo(json.dumps(str(written)) if as_json else f"written: {written}")
