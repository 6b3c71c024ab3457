"""`netwright features`: feature views, defined once, computed for training and kept up to date for serving."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.features.database import Resources

app = typer.Typer(help="Feature views: training rows, the online store, and that both agree.", no_args_is_help=True)

DIFFERENT = 1
_View = Annotated[Path, typer.Argument(metavar="VIEW.json", help="The feature view.")]
_Data = Annotated[Path, typer.Argument(help="The events: a .parquet or .csv file.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@dataclass(frozen=True)
class Room:
    """What the database may use."""

    memory: Annotated[str | None, typer.Option(help="Limit of memory, such as '2 GB'; half of what is free.")] = None
    spill: Annotated[Path | None, typer.Option(help="Folder for what does not fit into memory.")] = None


@app.command("build")
@grouped
def build(
    view: _View,
    data: _Data,
    *,
    out: Annotated[Path, typer.Option(help="File for the rows: .parquet or .csv.")],
    asks: Annotated[
        Path | None,
        typer.Option(help="File of entities and times that rows are asked for; else the events themselves."),
    ] = None,
    room: Room,
) -> None:
    """Write training rows: every feature as it was known at each row's moment."""
    from netwright.features.bound_view import read_view
    from netwright.features.joined_file import write_joined

    rows = write_joined(read_view(view), data, out, asks, _resources(room))
    typer.echo(f"{out}: {rows:,} rows")


@app.command("materialise")
@grouped
def materialise(
    view: _View,
    data: _Data,
    *,
    store: Annotated[Path, typer.Option(help="File of the new online store.")],
    room: Room,
) -> None:
    """Fill an online store from history, so that serving starts with the past of every entity."""
    from netwright.features.bound_view import read_view
    from netwright.features.materialise import materialise as fill

    events = fill(read_view(view), data, store, _resources(room))
    typer.echo(f"{store}: {events:,} events that features can see")


@app.command("check")
@grouped
def check(view: _View, data: _Data, *, as_json: _AsJson = False, room: Room) -> None:
    """Replay a history through the online store and compare every value with training; exit 1 if any differs."""
    from netwright.features.bound_view import read_view
    from netwright.features.replay import check_view
    from netwright.machine.progress import progress_for

    progress = progress_for(sys.stderr)
    try:
        found = check_view(read_view(view), data, _resources(room), progress)
    finally:
        progress.stop()
    if as_json:
        typer.echo(found.to_json(indent=2))
    else:
        told = f"; first: {found.first}" if found.first else ""
        typer.echo(
            f"{found.view}: {found.rows:,} rows, {found.values:,} values compared, {found.different:,} differ, largest "
            f"difference {found.largest:g}{told}"
        )
    if found.different:
        raise typer.Exit(DIFFERENT)


@app.command("export-feast")
@grouped
def export_feast(
    view: _View,
    data: _Data,
    *,
    out: Annotated[Path, typer.Option(help="New folder of the Feast repository.")],
    room: Room,
) -> None:
    """Write a view as a Feast repository: feature_store.yaml, definitions in Python, and the values as Parquet."""
    from netwright.features.bound_view import read_view
    from netwright.features.feast_export import export_feast as export

    rows = export(read_view(view), data, out, _resources(room))
    typer.echo(f"{out}: {rows:,} rows of values; next: cd {out} && feast apply")


@app.command("sample")
def sample(
    out: Annotated[
        Path, typer.Argument(help="Folder for payments.json and payments.parquet; made where there is none.")
    ],
    payments: Annotated[int, typer.Option(min=1, help="How many payments.")] = 150_000,
    cards: Annotated[int, typer.Option(min=1, help="Of how many cards.")] = 8_000,
    seed: Annotated[int, typer.Option(min=0, help="Decides every draw.")] = 21,
) -> None:
    """Write SYNTHETIC card payments and their feature view, to try the other commands on."""
    from netwright.data.payments_files import write_payments

    write_payments(out, payments, cards, seed)
    typer.echo(f"{out}: payments.json and payments.parquet, {payments:,} SYNTHETIC payments of up to {cards:,} cards")


def _resources(room: Room) -> "Resources":
    from netwright.features.database import Resources
    from netwright.records.errors import InputError
    from netwright.records.units import parse_quantity

    if room.spill is not None and not room.spill.is_dir():
        raise InputError(f"--spill: {room.spill} is no folder; make it first")
    try:
        memory = None if room.memory is None else int(parse_quantity(room.memory, "B"))
    except ValueError as error:
        raise InputError(f"--memory: {error}") from error
    return Resources(memory=memory, spill=room.spill)
