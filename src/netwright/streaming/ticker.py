"""The running prediction as a person, a log or a program reads it."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TextIO

from netwright.records.live import LiveSummary, LiveUpdate
from netwright.records.streaming import StreamMemory
from netwright.records.units import format_quantity

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

BARS = 30
"""Characters of a bar of probability 1."""


class Ticker(Protocol):
    """Tells a stream from its beginning to its end."""

    def begin(self, source: str, memory: StreamMemory) -> None:
        """Tell what the state will take, before the first frame."""

    def show(self, update: LiveUpdate) -> None:
        """Tell a prediction."""

    def end(self, summary: LiveSummary) -> None:
        """Tell what the stream came to; the last thing to be told."""

    def stop(self) -> None:
        """Leave the stream of text as it was; safe to call twice."""


class JsonTicker:
    """Every record as a line of JSON under its name: memory, then updates, then the summary.

    Args:
        stream: Where lines go.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, source: str, memory: StreamMemory) -> None:  # noqa: ARG002 - the interface
        """Write {"memory": ...}."""
        self._write("memory", memory.to_json())

    def show(self, update: LiveUpdate) -> None:
        """Write {"update": ...}."""
        self._write("update", update.to_json())

    def end(self, summary: LiveSummary) -> None:
        """Write {"summary": ...}."""
        self._write("summary", summary.to_json())

    def stop(self) -> None:
        """Do nothing: every line is complete."""

    def _write(self, name: str, record: str) -> None:
        self._stream.write(f"{{{json.dumps(name)}: {record}}}\n")
        # who reads the other end of a pipe wants each prediction when it is made
        self._stream.flush()


class LineTicker:
    """Plain lines, for logs: a prediction now and then, the last one of each video, and the summary.

    Args:
        stream: Where lines go.
        every: Least seconds between two predictions of one video.
        clock: Returns seconds from any origin.
    """

    def __init__(self, stream: TextIO, every: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._told: float | None = None
        self._left: LiveUpdate | None = None

    def begin(self, source: str, memory: StreamMemory) -> None:
        """Write what the state will take."""
        self._write(opening(source, memory))

    def show(self, update: LiveUpdate) -> None:
        """Write a prediction where the last one is old enough, or of another video."""
        if self._left is not None and self._left.video != update.video:
            self._write(self._left.line())
            self._told = None
        now = self._clock()
        if self._told is not None and now - self._told < self._every:
            self._left = update
            return
        self._told, self._left = now, None
        self._write(update.line())

    def end(self, summary: LiveSummary) -> None:
        """Write the last prediction and the summary."""
        self.stop()
        self._write(closing_lines(summary))

    def stop(self) -> None:
        """Write the prediction that was held back."""
        if self._left is not None:
            self._write(self._left.line())
            self._left = None

    def _write(self, lines: str) -> None:
        self._stream.write(lines + "\n")
        self._stream.flush()


class TableTicker:
    """A table on a terminal, redrawn in place.

    Args:
        stream: The terminal.
        every: Least seconds between two drawings: drawing takes time from the model.
        clock: Returns seconds from any origin.
    """

    def __init__(self, stream: TextIO, every: float = 0.1, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._drawn: float | None = None
        self._newest: LiveUpdate | None = None
        self._live: Live | None = None

    def begin(self, source: str, memory: StreamMemory) -> None:
        """Print what the state will take, and begin to draw below it."""
        from rich.console import Console
        from rich.live import Live

        self._stream.write(opening(source, memory) + "\n")
        # drawn when there is something new, and by no thread of its own: it would take time from the model
        self._live = Live(console=Console(file=self._stream), auto_refresh=False)
        self._live.start()

    def show(self, update: LiveUpdate) -> None:
        """Draw a prediction where the last drawing is old enough."""
        self._newest = update
        now = self._clock()
        if self._drawn is None or now - self._drawn >= self._every:
            self._drawn = now
            self._draw(update)

    def end(self, summary: LiveSummary) -> None:
        """Draw the last prediction, and print the summary below it."""
        self.stop()
        self._stream.write(closing_lines(summary) + "\n")
        self._stream.flush()

    def stop(self) -> None:
        """Draw the last prediction and leave the table standing."""
        if self._live is not None:
            if self._newest is not None:
                self._draw(self._newest)
            self._live.stop()
            self._live = None

    def _draw(self, update: LiveUpdate) -> None:
        if self._live is not None:
            self._live.update(_table(update), refresh=True)


def ticker_for(stream: TextIO) -> Ticker:
    """Return a table where the stream is a terminal, plain lines elsewhere.

    >>> import io
    >>> type(ticker_for(io.StringIO())).__name__
    'LineTicker'
    """
    return TableTicker(stream) if stream.isatty() else LineTicker(stream)


def opening(source: str, memory: StreamMemory) -> str:
    """Return what is told before a stream runs: its memory, and when its answers come.

    >>> print(opening("a.avi", StreamMemory(kept=(), batch=1, first=16, latency=0)))
    a.avi: the state takes 0 B in 0 tensors; the first prediction comes with frame 16
    """
    late = f", and each is {memory.latency} frames late" if memory.latency else ""
    return (
        f"{source}: the state takes {format_quantity(memory.total, 'B')} in {len(memory.kept)} tensors; "
        f"the first prediction comes with frame {memory.first}{late}"
    )


def closing_lines(summary: LiveSummary) -> str:
    """Return what is told after a stream: files that could not be read, and the summary in one line."""
    return "\n".join([*(f"left aside: {reason}" for reason in summary.losses.broken), summary.line()])


def _table(update: LiveUpdate) -> "RenderableType":
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for title in ("class", "probability", ""):
        table.add_column(title)
    for guess in update.top:
        bar = "█" * round(BARS * guess.probability)
        # a name may hold brackets, which rich would take for its markup
        table.add_row(Text(guess.name), f"{100 * guess.probability:5.1f}%", Text(f"{bar:<{BARS}}"))
    above = Text(f"{update.video}  {update.time:.2f} s, frame {update.frame}")
    return Group(above, table, Text(update.pace()))
