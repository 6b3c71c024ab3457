"""What a running stream tells: its prediction after new frames, and how well it keeps up with its source."""

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity


class ClassProbability(Record):
    """A class and how probable the model finds it.

    Args:
        name: Of the class.
        probability: From 0 to 1.
    """

    name: str
    probability: float


class Latency(Record):
    """Seconds from the arrival of a frame to the prediction that first saw it, over the latest predictions.

    Args:
        p50: Half of them took at most this long.
        p95: 95% of them took at most this long.
        n: Predictions in the window.
    """

    p50: float
    p95: float
    n: int

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row."""
        told = (format_quantity(self.p50, "s"), format_quantity(self.p95, "s"), str(self.n))
        return ("p50", "p95", "predictions"), [told]


class Losses(Record):
    """What a source could not deliver.

    Args:
        dropped: Frames that were too old when their turn came, or damaged on the way.
        reconnects: How often a live source was connected again.
        broken: Files that could not be read, each with the reason.
    """

    dropped: int = 0
    reconnects: int = 0
    broken: tuple[str, ...] = ()


class LiveUpdate(Record):
    """A prediction of a stream.

    Args:
        video: The video it is about: a file, or a live source.
        time: The newest frame's time since the start of the video, in seconds.
        frame: How many frames of this video the prediction has seen.
        top: The most probable classes, the first being the prediction.
        rate: Frames taken in a second, over the latest frames; None before the second one.
        latency: From the newest frame's arrival to the prediction.
        losses: Of the source, so far.
    """

    video: str
    time: float
    frame: int
    top: tuple[ClassProbability, ...]
    rate: float | None
    latency: Latency
    losses: Losses

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return the running top classes, one a row."""
        return ("class", "probability"), [(guess.name, f"{100 * guess.probability:.1f}%") for guess in self.top]

    def line(self) -> str:
        """Return the update in one line: time, classes, frame rate, latency and losses.

        >>> top = (ClassProbability(name="wave", probability=0.75), ClassProbability(name="nod", probability=0.25))
        >>> latency = Latency(p50=0.012, p95=0.02, n=9)
        >>> told = dict(video="a.avi", time=1.5, frame=45, top=top, rate=30, latency=latency, losses=Losses(dropped=2))
        >>> print(LiveUpdate(**told).line())
        a.avi 1.50 s: wave 75.0%, nod 25.0% | 30.0 frames/s, latency p50 12 ms, p95 20 ms, 2 dropped
        """
        guesses = ", ".join(f"{guess.name} {100 * guess.probability:.1f}%" for guess in self.top)
        return f"{self.video} {self.time:.2f} s: {guesses} | {self.pace()}"

    def pace(self) -> str:
        """Return frame rate, latency and losses in words."""
        return pace(self.rate, self.latency, self.losses)


class LiveSummary(Record):
    """A stream that has ended.

    Args:
        source: What was watched.
        ended: Why it ended, such as `end of source`.
        frames: Frames taken.
        predictions: Updates made.
        seconds: From the first frame to the end.
        last: The last prediction of each video, the newest ones where there are many.
        latency: Over the latest predictions; None without any.
        losses: Of the source.
    """

    source: str
    ended: str
    frames: int
    predictions: int
    seconds: float
    last: tuple[LiveUpdate, ...]
    latency: Latency | None
    losses: Losses

    @property
    def rate(self) -> float | None:
        """Frames taken in a second, over the whole stream; None where there is no time to speak of."""
        return self.frames / self.seconds if self.seconds > 0 and self.frames > 1 else None

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return the last prediction of each video."""
        rows: Rows = [(update.video, str(update.frame), *_first(update)) for update in self.last]
        return ("video", "frames", "prediction", "probability"), rows

    def line(self) -> str:
        """Return the whole stream in one line."""
        told = f"{_counted(self.frames, 'frame')}, {_counted(self.predictions, 'prediction')}"
        return f"{self.source}: {self.ended} after {told} | {pace(self.rate, self.latency, self.losses)}"


def pace(rate: float | None, latency: Latency | None, losses: Losses) -> str:
    """Return how a stream keeps up with its source, in words.

    Args:
        rate: Frames in a second.
        latency: Of predictions.
        losses: Of the source.

    Returns:
        What is known of it, with commas.

    >>> pace(None, None, Losses(dropped=3, reconnects=1, broken=("a.avi: truncated",)))
    '3 dropped, 1 reconnect, 1 broken file'
    """
    parts = [f"{rate:.1f} frames/s"] if rate is not None else []
    if latency is not None:
        parts.append(f"latency p50 {format_quantity(latency.p50, 's')}, p95 {format_quantity(latency.p95, 's')}")
    parts.append(f"{losses.dropped} dropped")
    if losses.reconnects:
        parts.append(_counted(losses.reconnects, "reconnect"))
    if losses.broken:
        parts.append(_counted(len(losses.broken), "broken file"))
    return ", ".join(parts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _first(update: LiveUpdate) -> tuple[str, str]:
    return update.top[0].name, f"{100 * update.top[0].probability:.1f}%"
