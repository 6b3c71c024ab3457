"""A session from its first frame to its end, with everyone who is told of it."""

import sys
from collections.abc import Callable, Sequence

from netwright.records.errors import DataError
from netwright.records.live import LiveSummary
from netwright.records.streaming import StreamMemory
from netwright.streaming.session import Seen, Session
from netwright.streaming.sources.source import Source
from netwright.streaming.tally import Tally
from netwright.streaming.ticker import Ticker

END, STOPPED, ENOUGH, BROKEN = "ended", "stopped", "enough frames", "broke off"


def watch(
    session: Session,
    source: Source,
    memory: StreamMemory,
    ticker: Ticker,
    others: Sequence[Callable[[Seen], None]] = (),
    most: int | None = None,
) -> LiveSummary:
    """Run a session, and tell of it; Ctrl-C ends it like the end of the source.

    Args:
        session: The network and how it is fed.
        source: Where frames come from; the caller closes it.
        memory: What the state will take, told first.
        ticker: Told of the beginning, every prediction and the end: also where an error ends the stream.
        others: Called with every frame.
        most: Frames after which it ends; None for no limit.

    Returns:
        What the stream came to.

    Raises:
        DataError: The source broke off, or was too short for a prediction.
    """
    tally, ended = Tally(source), BROKEN
    ticker.begin(source.name, memory)
    try:
        ended = _follow(session, source, [*_telling(tally, session, ticker), *others], tally, most)
    except KeyboardInterrupt:
        ended = STOPPED
    finally:
        # what was seen before an error is worth telling
        if tally.frames or sys.exception() is None:
            ticker.end(tally.summary(ended))
        else:
            ticker.stop()
    summary = tally.summary(ended)
    if ended == END and not summary.predictions:
        raise DataError(
            f"{source.name} gave {summary.frames} frames and no prediction: the first one of this network comes after "
            f"{memory.first}; give a longer video"
        )
    return summary


def _follow(
    session: Session, source: Source, told: Sequence[Callable[[Seen], None]], tally: Tally, most: int | None
) -> str:
    """Tell every frame; return why it ended."""
    for seen in session.run(source):
        for tell in told:
            tell(seen)
        if tally.frames == most:
            return ENOUGH
    return END


def _telling(tally: Tally, session: Session, ticker: Ticker) -> Sequence[Callable[[Seen], None]]:
    def show(seen: Seen) -> None:
        if seen.update is not None:
            ticker.show(seen.update)

    return (lambda seen: tally.add(seen, session.clock.now()), show)
