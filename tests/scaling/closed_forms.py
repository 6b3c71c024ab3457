"""Curves and laws of growth whose every figure has a closed form."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from netwright.records.curve import Curve
from netwright.records.decision import Verdict
from netwright.records.growth import Growth

N0 = 500.0
SIZES = (125, 250, 500, 1000, 2000)


def power_curve(*draws, sizes=SIZES):
    """A curve whose draws are the given (a, b, c)."""
    a, b, c = draws[0]
    return Curve(sizes=sizes, errors=((),) * len(sizes), n0=N0, a=a, b=b, c=c, draws=draws, noise=0.02)


def growth(*draws, sizes=SIZES, quality="training_time", unit="s"):
    """A law of growth whose draws are the given (t0, t1, p)."""
    t0, t1, p = draws[0]
    values = tuple(t0 + t1 * (n / N0) ** p for n in sizes)
    return Growth(quality=quality, unit=unit, sizes=sizes, values=values, n0=N0, t0=t0, t1=t1, p=p, draws=draws)


def verdict(quality, relation, bound, text="", *, probability=1.0, value=0.0, slack=1.0, unit="ratio"):
    return Verdict(
        quality=quality, relation=relation, bound=bound, unit=unit, value=value, slack=slack,
        probability=probability, holds="undecided", text=text or f"{relation} {bound}",
    )  # fmt: skip


@dataclass(frozen=True)
class OtherLaw:
    """What the definitions may read of a curve and no more, with a law that is no power law: e(n) = c + k/ln n."""

    k: tuple[float, ...]
    c: float
    sizes: tuple[int, ...] = SIZES

    def at(self, n):
        return [self.c + k / np.log(n) for k in self.k]

    def sizes_for(self, error):
        return [float(np.exp(k / (error - self.c))) if error > self.c else float("inf") for k in self.k]


laws = st.tuples(st.floats(0.01, 0.4), st.floats(0.1, 1.2), st.floats(0.0, 0.3))
curves = st.lists(laws, min_size=1, max_size=12).map(lambda draws: power_curve(*draws))
