"""A clause of a written summary, tied to what it was read from."""

from netwright.records.record import Record


class Source(Record):
    """What a clause was read from.

    Args:
        candidate: The candidate; empty where it is about the whole study.
        factor: A quality's name, or a factor: `curve`, `scalability`, `recovery`, `consistency`, `complexity`,
            `growth`, `backends`, `load`, `gains`, `search`, `tradeoffs`, `verdicts`, `front`.
        trials: Ids of the trials behind it.
    """

    candidate: str = ""
    factor: str
    trials: tuple[str, ...] = ()


class Clause(Record):
    """One statement with its figures, and where they stand.

    Args:
        text: The statement.
        sources: Each figure's source; never empty.
    """

    text: str
    sources: tuple[Source, ...]
