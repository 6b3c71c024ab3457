"""Where the norm of a scale-invariant weight is heading, and how fast its direction turns."""

from dataclasses import dataclass

import numpy as np

from netwright.dynamics.family import Floats
from netwright.dynamics.laws.settings import StepSettings
from netwright.records.dynamics import Forecast
from netwright.records.errors import InputError

NEAR = 0.1
"""Within this of its equilibrium a norm counts as arrived."""
GRID, HALVINGS = 256, 40


@dataclass(frozen=True, eq=False)
class ScaleReadings:
    """Readings of one scale family at one or more steps, by row: (readings, charges).

    u is what lr multiplies in a step, theta' = theta - lr u, weight decay included; b' the momentum buffer after it. Of
    plain SGD and of momentum u = b' (without momentum b' = g + lam theta), of Nesterov u = g + lam theta + beta b'.

    Args:
        squares: Q = |w|^2, before the step.
        updates: |u|^2.
        crossings: <u, b'>; the same as `updates` but for Nesterov.
        inward: <w, u>, w before the step.
    """

    squares: Floats
    updates: Floats
    crossings: Floats
    inward: Floats


def forecast(place: str, readings: ScaleReadings, settings: StepSettings) -> Forecast:
    """Return where a layer's norm is heading at the present settings, and how fast its direction turns.

    Assumes that the rescaled gradient |w| g keeps its present mean square, that it does not depend on |w| (exact up to
    epsilon), and that settings stay. Early in a training the first fails: gradients shrink, and the equilibrium too.

    Source: van Laarhoven 2017, "L2 regularization versus batch and weight normalization", section 2; Wan et al. 2021,
    "Spherical motion dynamics"; the balance itself follows from the exact recursions of SGD.

    Args:
        place: The layer.
        readings: Some recent steps; their mean is taken, for one mini-batch is noisy.
        settings: The optimizer's.

    Returns:
        Norms and angles of the layer as one vector of its rows.

    Raises:
        InputError: There is no reading, or their shapes differ.

    >>> once = np.array([[4.0]])
    >>> readings = ScaleReadings(squares=once, updates=once / 100, crossings=once / 100, inward=0 * once)
    >>> told = forecast("conv", readings, StepSettings(lr=0.1, weight_decay=0.005))
    >>> round(told.norm, 3), round(told.equilibrium, 3), round(told.angle, 4), round(told.equilibrium_angle, 4)
    (2.0, 1.125, 0.01, 0.0316)
    """
    shapes = {part.shape for part in (readings.squares, readings.updates, readings.crossings, readings.inward)}
    if len(shapes) != 1 or readings.squares.ndim != 2 or not readings.squares.size:
        message = (
            f"readings at {place} have shapes {sorted(shapes)}; hand in four arrays (readings, charges) of one shape"
        )
        raise InputError(message)
    now = readings.squares[-1]
    heading = equilibrium(readings, settings)
    total = float(now.sum())
    return Forecast(
        place=place,
        norm=total**0.5,
        equilibrium=None if heading is None else float(heading.sum()) ** 0.5,
        steps=None if heading is None else steps_to(now, heading, settings),
        angle=float(np.sqrt(turn(readings, settings.lr).mean())),
        equilibrium_angle=None if heading is None else equilibrium_angle(settings),
        effective_rate=settings.lr / total if total > 0 else float("inf"),
    )


def equilibrium(readings: ScaleReadings, settings: StepSettings) -> Floats | None:
    """Return Q = |w|^2 of each row at which weight decay and finite steps balance.

    Plain SGD: Q (2 eta lam - eta^2 lam^2) = eta^2 N, and N = |gt|^2 / Q with gt = |w| g, so
    Q^2 = eta |gt|^2 / (lam (2 - eta lam)). Momentum, from P' = P and Q' = Q of its recursion:

        lam (1 - tau) Q = eta (1 + beta) / 2 <b', b'>;   Nesterov: lam Q = eta ((1 - beta) / 2 <u, u> + beta^2 <u, b'>).

    These are exact and hold whatever the correlation of successive gradients is, for b' has it in. With uncorrelated
    ones <b', b'> = (1 - tau)^2 N / (1 - beta^2), and Q^2 = eta (1 - tau) |gt|^2 / (2 lam (1 - beta)) (`uncorrelated`).
    Away from the equilibrium Q <b', b'> is taken as what stays.

    Args:
        readings: Some recent steps.
        settings: The optimizer's.

    Returns:
        (charges,); nothing without weight decay or without a learning rate, where norms only grow.

    >>> n = np.array([[8.0]])
    >>> plain = ScaleReadings(squares=np.array([[2.0]]), updates=n, crossings=n, inward=0 * n)
    >>> equilibrium(plain, StepSettings(lr=0.5, weight_decay=0.25)).tolist()
    [4.0]
    """
    eta, lam, beta = settings.lr, settings.weight_decay, settings.momentum
    if lam <= 0 or eta <= 0:
        return None
    squares = readings.squares
    if settings.nesterov:
        balance = eta * ((1 - beta) / 2 * readings.updates + beta**2 * readings.crossings) / lam
    else:
        balance = eta * (1 + beta) / 2 * readings.updates / (lam * settings.intake(first=not beta))
    return np.asarray(np.sqrt((squares * balance).mean(axis=0)))


def uncorrelated(noise: Floats, settings: StepSettings) -> Floats | None:
    """Return the equilibrium of Q where successive gradients are uncorrelated.

    Q^2 = eta (1 - tau) |gt|^2 / (2 lam (1 - beta)); without momentum Q^2 = eta |gt|^2 / (lam (2 - eta lam)), exactly.

    Args:
        noise: Mean |gt|^2 of each row, gt = |w| g: (charges,).
        settings: The optimizer's.

    Returns:
        (charges,); nothing without weight decay or learning rate, or with a momentum of 1 or more.

    >>> uncorrelated(np.array([16.0]), StepSettings(lr=0.1, momentum=0.9, weight_decay=0.05)).round(9).tolist()
    [12.649110641]
    """
    eta, lam, beta = settings.lr, settings.weight_decay, settings.momentum
    if lam <= 0 or eta <= 0 or beta >= 1:
        return None
    if not beta:
        return np.asarray(np.sqrt(eta * noise / (lam * (2 - eta * lam))))
    return np.asarray(np.sqrt(eta * (1 - settings.dampening) * noise / (2 * lam * (1 - beta))))


def relaxation_rate(settings: StepSettings) -> float:
    """Return the rate r a step at which Q^2 nears its equilibrium: y' - y_eq = (y - y_eq) exp(-r), y = Q^2.

    r = -4 ln(1 - eta_eff lam), eta_eff = eta (1 - tau) / (1 - beta): 1 / (4 eta lam) steps for plain SGD.

    Args:
        settings: The optimizer's, with weight decay.

    Returns:
        r in 1 / step; infinite where one step decays the weight to nothing, or momentum is 1 or more.

    >>> round(1 / relaxation_rate(StepSettings(lr=0.1, weight_decay=5e-4)))
    5000
    """
    if settings.momentum >= 1:
        return float("inf")
    share = settings.time_step * settings.weight_decay / (1 - settings.momentum)
    return -4 * float(np.log1p(-share)) if share < 1 else float("inf")


def steps_to(now: Floats, heading: Floats, settings: StepSettings) -> float | None:
    """Return the steps until a layer's norm is within 10% of its equilibrium, and stays there.

    Every row follows y(t) = y_eq + (y(0) - y_eq) exp(-r t), y = Q^2, r of `relaxation_rate`; |w|^2 = sum of sqrt(y).

    Args:
        now: Q of each row.
        heading: Q of each row at equilibrium.
        settings: The optimizer's.

    Returns:
        Steps; 0 where it is there already; nothing where the equilibrium is 0, which is never reached.

    >>> one, settings = np.ones(1), StepSettings(lr=0.1, weight_decay=5e-4)
    >>> steps_to(one, one, settings), round(steps_to(100 * one, one, settings))
    (0.0, 49888)
    """
    target, rate = float(np.sqrt(heading.sum())), relaxation_rate(settings)
    if target <= 0:
        return None

    def away(decayed: float) -> bool:
        squares = np.sqrt(heading**2 + (now**2 - heading**2) * decayed)
        return abs(float(np.sqrt(squares.sum())) / target - 1) > NEAR

    # rows may cross: the last time at which the layer is away counts, and exp(-r t) is its clock
    least = NEAR * min(1.0, float((heading**2).max() / max((now**2).max(), 1e-300))) / len(now) ** 2
    clock = np.concatenate([[1.0], np.geomspace(1.0, least, GRID)])
    off = [at for at, decayed in enumerate(clock) if away(float(decayed))]
    if not off:
        return 0.0
    early, late = float(clock[off[-1]]), float(clock[min(off[-1] + 1, GRID)])
    for _ in range(HALVINGS):
        middle = (early * late) ** 0.5
        early, late = (middle, late) if away(middle) else (early, middle)
    return float(-np.log(late)) / rate


def turn(readings: ScaleReadings, lr: float) -> Floats:
    """Return the squared angle by which a layer's direction turns at each step, in radians squared: (readings,).

    tan of a row's angle = |step across w| / |w + step along w|; rows count with their |w|^2, as in one vector.

    Args:
        readings: (readings, charges).
        lr: Learning rate.

    Returns:
        (readings,); 0 of a layer that is 0.

    >>> one = np.array([[1.0]])
    >>> float(turn(ScaleReadings(squares=one, updates=one, crossings=one, inward=0 * one), 1.0)[0] ** 0.5 / np.pi)
    0.25
    """
    safe = np.where(readings.squares > 0, readings.squares, 1.0)
    across = np.maximum(readings.updates - readings.inward**2 / safe, 0.0) * lr**2 / safe
    along = 1 - lr * readings.inward / safe
    angles = np.where(readings.squares > 0, np.arctan2(np.sqrt(across), along), 0.0)
    total = readings.squares.sum(axis=1)
    return np.asarray((readings.squares * angles**2).sum(axis=1) / np.where(total > 0, total, 1.0))


def equilibrium_angle(settings: StepSettings) -> float:
    """Return the turn of w / |w| a step at equilibrium, sqrt(2 eta lam / (1 + beta)), in radians.

    From eta^2 <u, u> / Q at the balance; with dampening eta (1 - tau) takes the place of eta. Nesterov's u has
    <u, u> = (1 + 2 beta - 2 beta^3) N / (1 - beta^2) with uncorrelated gradients, and the same factor stands here.

    Args:
        settings: The optimizer's.

    Returns:
        Radians, of small angles.

    >>> round(equilibrium_angle(StepSettings(lr=0.1, momentum=0.9, weight_decay=5e-4)), 5)
    0.00725
    """
    beta = settings.momentum
    ahead = 1 + 2 * beta - 2 * beta**3 if settings.nesterov else 1.0
    return float(np.sqrt(2 * settings.time_step * settings.weight_decay * ahead / (1 + beta)))
