"""The laws a learning curve may follow: their formulas, and how well one of them agrees with errors."""

from collections.abc import Callable
from dataclasses import dataclass
from math import e, exp, inf, log, log1p
from typing import Any

from netwright.records.record import Record

POWER_LAW = "power law"
"""The law that others are alternatives to: e(n) = c + a (n/n0)^-b."""

_STEPS = 60


@dataclass(frozen=True)
class Formula:
    """A law e(n) = c + a x(r), r = n/n0, whose x falls as r grows.

    A draw from it is the row (a, ..., c) with the constants of x between, in the order that `x` takes them. Sizes among
    them are over n0, so that another unit of n changes no draw.

    Args:
        x: From (r, *constants) to the excess over the floor, in units of a; in plain arithmetic, so that it serves
            numbers and arrays alike.
        inverse: From (x, *constants) to r; 0 where the law is below x even without data, infinite where no amount of
            data brings it there.
    """

    x: Callable[..., Any]
    inverse: Callable[..., float]


class Alternative(Record):
    """A law that was compared with the others on the errors of one curve.

    Args:
        name: The law, a key of `FORMULAS`.
        constants: Its constants by least squares; sizes among them are over n0.
        aicc: Akaike's criterion, corrected for few errors: smaller is better, differences count. Infinite where there
            are too few errors for so many constants.
        held_out: (predicted - measured)/measured at the largest size, by a fit without it; None where the other sizes
            are fewer than its constants.
        weight: Share of the curve's draws that are of this law.
    """

    name: str
    constants: dict[str, float]
    aicc: float
    held_out: float | None
    weight: float


def _power(r: Any, b: Any) -> Any:
    return r**-b


def _power_inverse(x: float, b: float) -> float:
    return float(x ** (-1 / b))


def _constant(r: Any) -> Any:
    return r**0.0


def _constant_inverse(x: float) -> float:
    return 0.0 if x >= 1 else inf


def _mmf4(r: Any, half: Any, d: Any) -> Any:
    return 1 / (1 + (r / half) ** d)


def _mmf4_inverse(x: float, half: float, d: float) -> float:
    return 0.0 if x >= 1 else float(half * (1 / x - 1) ** (1 / d))


def _wbl4(r: Any, scale: Any, d: Any) -> Any:
    return e ** -((r / scale) ** d)


def _wbl4_inverse(x: float, scale: float, d: float) -> float:
    return 0.0 if x >= 1 else float(scale * (-log(x)) ** (1 / d))


def _one_break(r: Any, b: Any, later: Any, knee: Any) -> Any:
    return r**-b * (1 + r / knee) ** (b - later)


def _one_break_inverse(x: float, b: float, later: float, knee: float) -> float:
    # in u = ln(r/knee), ln x falls and bends one way only, so that Newton's steps reach the root from anywhere
    u, wanted = 0.0, log(x) + b * log(knee)
    for _ in range(_STEPS):
        tail = exp(-abs(u))
        past = 1 / (1 + tail) if u > 0 else tail / (1 + tail)
        missing = wanted + b * u + (later - b) * (max(u, 0.0) + log1p(tail))
        step = missing / (b + (later - b) * past)
        u -= step
        if abs(step) < 1e-12 * max(1.0, abs(u)):
            break
    return float(knee * exp(u))


FORMULAS = {
    POWER_LAW: Formula(_power, _power_inverse),
    "pow2": Formula(_power, _power_inverse),
    "constant": Formula(_constant, _constant_inverse),
    "MMF4": Formula(_mmf4, _mmf4_inverse),
    "WBL4": Formula(_wbl4, _wbl4_inverse),
    "one break": Formula(_one_break, _one_break_inverse),
}
"""Name -> formula. Sources: Viering & Loog 2021, "The Shape of Learning Curves", table 1 (pow2, power law = pow3, MMF4,
WBL4); Caballero et al. 2022, "Broken Neural Scaling Laws", equation 1 with one break, whose sharpness f is 1: a dozen
sizes do not tell it."""
