"""Progress of long work: a bar on a terminal, plain lines elsewhere, or nothing."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress(Protocol):
    """What long work tells a watching person; `total` and `done` are in one unit, such as estimated seconds."""

    def start(self, total: float, title: str) -> None:
        """Begin; `total` is how much there is to do, `title` what it is."""

    def advance(self, done: float, running: str, left: float | None) -> None:
        """Tell how much is done, what runs now, and the seconds that are left where that is known."""

    def say(self, line: str) -> None:
        """Tell an event that a person wants to see in any case."""

    def stop(self) -> None:
        """End; safe to call twice, and without `start`."""


class Silent:
    """Tells nothing."""

    def start(self, total: float, title: str) -> None:
        """Do nothing."""

    def advance(self, done: float, running: str, left: float | None) -> None:
        """Do nothing."""

    def say(self, line: str) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class LineProgress:
    """Plain lines, for logs: one at every event, and otherwise one now and then.

    Args:
        stream: Where the lines go.
        every: Least seconds between two lines of `advance`.
        clock: Returns seconds from any origin.

    >>> import sys
    >>> lines = LineProgress(sys.stdout, every=10, clock=iter([0.0, 5.0, 12.0]).__next__)
    >>> lines.start(40, "garments")
    garments: started
    >>> lines.advance(10, "mlp-n125-s0", 30)
    >>> lines.advance(20, "mlp-n250-s0", 20)
    garments: 50%, 20 s left, running mlp-n250-s0
    """

    def __init__(self, stream: TextIO, every: float = 10.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._every = every
        self._clock = clock
        self._total = 0.0
        self._title = ""
        self._last = 0.0

    def start(self, total: float, title: str) -> None:
        """Begin with a line."""
        self._total, self._title, self._last = total, title, self._clock()
        self.say(f"{title}: started")

    def advance(self, done: float, running: str, left: float | None) -> None:
        """Write a line where the last one is old enough."""
        now = self._clock()
        if now - self._last < self._every:
            return
        self._last = now
        parts = [f"{self._title}: {_percent(done, self._total):.0f}%"]
        parts += [f"{_left(left)} left"] if left is not None else []
        parts += [f"running {running}"] if running else []
        self.say(", ".join(parts))

    def say(self, line: str) -> None:
        """Write the line."""
        self._stream.write(line + "\n")
        self._stream.flush()

    def stop(self) -> None:
        """Do nothing: every line is complete."""


class BarProgress:
    """A bar on a terminal, with what runs and how long is left; events scroll above it.

    Args:
        stream: The terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None

    def start(self, total: float, title: str) -> None:
        """Draw the bar."""
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self.stop()
        self._bar = Bar(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            TextColumn("{task.fields[running]}", style="dim", markup=False),
            console=Console(file=self._stream),
            # an own thread would redraw while trials are measured; `advance` comes often enough
            auto_refresh=False,
            transient=True,
        )
        self._task = self._bar.add_task(title, total=max(total, 1e-9), left="", running="")
        self._bar.start()

    def advance(self, done: float, running: str, left: float | None) -> None:
        """Move the bar."""
        if self._bar is not None and self._task is not None:
            shown = "" if left is None else f"{_left(left)} left"
            self._bar.update(self._task, completed=done, left=shown, running=running, refresh=True)

    def say(self, line: str) -> None:
        """Print the line above the bar."""
        if self._bar is None:
            self._stream.write(line + "\n")
        else:
            self._bar.console.print(line, markup=False, highlight=False)

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def progress_for(stream: TextIO) -> Progress:
    """Return a bar where the stream is a terminal, plain lines elsewhere.

    Args:
        stream: Where progress is told, such as `sys.stderr`.

    Returns:
        The progress, not yet started.

    >>> import io
    >>> type(progress_for(io.StringIO())).__name__
    'LineProgress'
    """
    return BarProgress(stream) if stream.isatty() else LineProgress(stream)


def _percent(done: float, total: float) -> float:
    return 100.0 if total <= 0 else min(100.0, 100.0 * done / total)


def _left(seconds: float) -> str:
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
