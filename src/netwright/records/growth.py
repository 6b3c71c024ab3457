"""How a cost grows with training samples: T(n) = t0 + t1 (n/n0)^p."""

from netwright.records.measurement import LEVEL
from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity


class Growth(Record):
    """A cost T(n) = t0 + t1 (n/n0)^p, t0 >= 0, t1 >= 0, p > 0, fitted to measurements, with draws.

    Args:
        quality: What grows: `training_time`, `training_memory` or `cpu_seconds`.
        unit: Its dimension.
        sizes: Measured sizes, ascending.
        values: Geometric mean of the measured values at each size.
        n0: The reference size, the geometric mean of `sizes`.
        t0: What does not grow, by least squares.
        t1: What grows, at n0.
        p: Its exponent.
        draws: Draws of (t0, t1, p), equally weighted.
        flags: What a reader must know.
    """

    quality: str
    unit: str
    sizes: tuple[int, ...]
    values: tuple[float, ...]
    n0: float
    t0: float
    t1: float
    p: float
    draws: tuple[tuple[float, float, float], ...]
    flags: tuple[str, ...] = ()

    def at(self, n: float) -> list[float]:
        """Return the cost at n training samples, one a draw.

        Args:
            n: Training samples.

        Returns:
            Costs in the base unit.

        >>> growth = Growth(quality="training_time", unit="s", sizes=(50, 200), values=(1.5, 3.0), n0=100, t0=1, t1=1,
        ...                 p=1, draws=((1, 1, 1),))
        >>> growth.at(300)
        [4.0]
        """
        return [t0 + t1 * (n / self.n0) ** p for t0, t1, p in self.draws]

    def predict(self, n: float) -> tuple[float, float, float]:
        """Return the cost at n training samples with its 90% interval: (median, low, high).

        Args:
            n: Training samples.

        Returns:
            Three costs in the base unit.
        """
        costs = sorted(self.at(n))
        last = len(costs) - 1
        low, middle, high = (costs[round(q * last)] for q in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2))
        return middle, low, high

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a size: measured and fitted."""
        rows: Rows = [
            (str(n), format_quantity(value, self.unit), format_quantity(self.predict(n)[0], self.unit))
            for n, value in zip(self.sizes, self.values, strict=True)
        ]
        return ("n", "measured", "fitted"), rows
