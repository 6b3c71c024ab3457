"""`netwright stream`: a stored model that watches a file, a folder, a camera or a network stream."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netwright.cli.option_groups import grouped

if TYPE_CHECKING:
    from netwright.streaming.annotated_video import AnnotatedVideo
    from netwright.streaming.streamer import Streamer
    from netwright.streaming.ticker import Ticker


@dataclass(frozen=True)
class Network:
    """How the network becomes a stream."""

    mode: Annotated[str, typer.Option(help="causal, or delayed: the network as it was trained, some frames late.")] = (
        "causal"
    )
    head: Annotated[
        str, typer.Option(help="Summary over time: cumulative, window:64, exponential:32 or reset:100.")
    ] = "cumulative"


@dataclass(frozen=True)
class Feed:
    """Which frames the network is fed."""

    frames: Annotated[int | None, typer.Option(min=1, help="End after so many frames.")] = None
    chunk: Annotated[int, typer.Option(min=1, help="Frames that are taken together.")] = 1
    stride: Annotated[
        int, typer.Option(min=1, help="Take every n-th frame, as the clips of the training were cut.")
    ] = 1


@dataclass(frozen=True)
class Told:
    """What is told, and how."""

    top: Annotated[int, typer.Option(min=1, help="Classes to name.")] = 5
    draw: Annotated[Path | None, typer.Option(help="Video file of the frames with the running prediction.")] = None
    memory: Annotated[bool, typer.Option("--memory", help="Show what the state would take, and run nothing.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print every record as a line of JSON.")] = False


@grouped
def stream(
    model: Annotated[Path, typer.Argument(help="Folder of a stored model.")],
    source: Annotated[
        str | None, typer.Argument(help="A file, a folder, a camera (0 for /dev/video0), or a url (rtsp, http).")
    ] = None,
    *,
    network: Network,
    feed: Feed,
    told: Told,
) -> None:
    """Show the most probable classes of a video while it runs, frame by frame, in constant memory.

    Live sources give their newest frame; those that came too late are counted, and a lost source is connected again.
    Ctrl-C ends the stream and shows what it came to.
    """
    _check(source, told)
    # heavy rooms are imported only once the command line is known to be sound
    from netwright.models.stored import load_stored
    from netwright.streaming.head_text import parse_head
    from netwright.streaming.stored_session import stored_session, stored_streamer

    stored = load_stored(model)
    streamer = stored_streamer(stored, network.mode, parse_head(network.head))
    if source is None or told.memory:
        _show_memory(streamer, told)
        return
    session = stored_session(stored, streamer, top=told.top, chunk=feed.chunk, stride=feed.stride)
    from netwright.streaming.sources.address import open_source
    from netwright.streaming.watch import watch

    with closing(open_source(source)) as frames, _drawing(told.draw, frames.rate) as drawn:
        others = [drawn.add] if drawn is not None else []
        watch(session, frames, streamer.memory(), _ticker(told), others, feed.frames)
    if drawn is not None and not told.as_json:
        typer.echo(f"written: {told.draw}")


def _check(source: str | None, told: Told) -> None:
    from netwright.records.errors import InputError
    from netwright.streaming.annotated_video import check_place

    if source is None and not told.memory:
        raise InputError("name a source to watch: a file, a folder, a camera (0 for /dev/video0) or a url")
    if told.draw is not None:
        check_place(told.draw)
        if source is not None and told.draw.absolute() == Path(source).absolute():
            raise InputError(f"--draw: {told.draw} is what is watched; name another file")


def _show_memory(streamer: "Streamer", told: Told) -> None:
    memory = streamer.memory()
    typer.echo(memory.to_json(indent=2) if told.as_json else str(memory))


def _ticker(told: Told) -> "Ticker":
    from netwright.streaming.ticker import JsonTicker, ticker_for

    return JsonTicker(sys.stdout) if told.as_json else ticker_for(sys.stdout)


@contextmanager
def _drawing(path: Path | None, rate: float | None) -> "Iterator[AnnotatedVideo | None]":
    if path is None:
        yield None
        return
    from netwright.streaming.annotated_video import AnnotatedVideo

    with AnnotatedVideo(path, rate) as video:
        yield video
