"""`netwright data`: which data sets and checkpoints there are, and how they come onto this machine."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from netwright.data.catalog import FILES, SOURCES, fetch

app = typer.Typer(help="Data sets and checkpoints: list them, fetch them.", no_args_is_help=True)

INTERRUPTED = 130

_AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@app.command("list")
def list_sources(as_json: _AsJson = False) -> None:
    """List the data sets that a scenario can name, and other files that can be fetched."""
    if as_json:
        typer.echo(json.dumps([*map(asdict, SOURCES), *map(asdict, FILES)], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("name", "train + test", "shape", "classes", "licence"):
        table.add_column(title, no_wrap=True)
    table.add_column("origin")
    for source in SOURCES:
        shape = "x".join(map(str, source.shape))
        counts = (f"{source.train:,} + {source.test:,}", shape, str(source.classes))
        table.add_row(source.name, *counts, source.licence, source.origin)
    console = Console()
    console.print(table)
    console.print("or folder:PATH, with class folders in PATH/train and in PATH/test, valid or val", markup=False)
    console.print("or table:PATH.csv?label=COLUMN, a file of your own", markup=False)
    console.print("or texts:PATH, with .txt files in the class folders of PATH/train and PATH/test", markup=False)
    console.print("or videos:PATH, with video files in the class folders of PATH/train and PATH/test", markup=False)
    console.print("no data sets, but data fetch brings them too:", markup=False)
    for files in FILES:
        told = f"{files.name}  {files.holds}, {files.licence}, {files.origin}"
        console.print(f"  {told}", markup=False, highlight=False, soft_wrap=True)


@app.command("fetch")
def fetch_source(
    name: Annotated[str, typer.Argument(help="Name of a data set or of other files, see `netwright data list`.")],
    as_json: _AsJson = False,
) -> None:
    """Put a data set or other known files in place: from the cache, a local copy, a package, or its official site."""
    from rich.console import Console

    with Console(stderr=True).status(f"fetching {name}"):
        fetched = fetch(name)
    if as_json:
        folder = None if fetched.folder is None else str(fetched.folder)
        files = {title: str(path) for title, path in fetched.files.items()}
        origin = {"origin": fetched.origin, "licence": fetched.licence}
        typer.echo(json.dumps({"name": fetched.name, "folder": folder, "files": files, **origin}, indent=2))
        return
    count = f"{len(fetched.files)} file{'' if len(fetched.files) == 1 else 's'}"
    place = f"{count} in {fetched.folder}" if fetched.folder else "nothing to fetch"
    typer.echo(f"{fetched.name}: {place}, from {fetched.origin}; licence {fetched.licence}")


@app.command("motions")
def write_motions(
    out: Annotated[Path, typer.Argument(help="Folder for videos and lists; made where there is none.")],
    size: Annotated[int, typer.Option(help="Side of a frame in pixels.")] = 112,
    videos: Annotated[int, typer.Option(help="Videos of each of the 16 motions, in up to 25 groups.")] = 25,
    frames: Annotated[int, typer.Option(help="Frames a video, 25 a second.")] = 48,
    seed: Annotated[int, typer.Option(min=0, help="Decides every draw.")] = 0,
) -> None:
    """Write synthetic videos of motions as .avi files, with lists of three splits, in the layout of UCF101.

    Ctrl-C loses nothing: the same command keeps what is there and goes on.
    """
    from netwright.data.motion_files import FileSet, write_files
    from netwright.machine.progress import progress_for

    progress = progress_for(sys.stderr)
    try:
        done = write_files(out, FileSet(size, videos, frames, seed), progress)
    except KeyboardInterrupt:
        typer.echo(f"netwright: stopped; the same command goes on from what {out} holds", err=True)
        sys.exit(INTERRUPTED)
    finally:
        progress.stop()
    for note in done.notes:
        typer.echo(f"netwright: {note}", err=True)
    typer.echo(f"{out}: {done.written} videos written, {done.kept} kept; classInd.txt and lists of three splits")
