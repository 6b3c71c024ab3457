"""How much a worker is forgiven: how long it may take, and how often it may die."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """Limits of a worker.

    Args:
        opening: Seconds that opening its engine may take.
        batch: Seconds that one batch may take.
        first: Seconds before a worker that died is started again; each further death in a row doubles them.
        longest: Seconds of such a pause at most.
        tries: Deaths in a row, each before its engine was open, after which it is given up.
        settled: Seconds of life after which a worker's death is the first of a new row.
    """

    opening: float = 120.0
    batch: float = 60.0
    first: float = 0.05
    longest: float = 10.0
    tries: int = 8
    settled: float = 2.0

    def pause(self, deaths: int) -> float:
        """Return the seconds before the next start.

        Args:
            deaths: In a row, 1 or more.

        Returns:
            Exponential back-off: first * 2^(deaths - 1), `longest` at most.

        >>> [Patience().pause(deaths) for deaths in (1, 2, 3, 20)]
        [0.05, 0.1, 0.2, 10.0]
        """
        return float(min(self.longest, self.first * 2.0 ** (deaths - 1)))
