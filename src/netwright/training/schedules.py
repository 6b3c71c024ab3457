"""Learning-rate schedules, made from a recipe; each moves once an optimizer step."""

from collections.abc import Callable
from math import cos, pi

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR, LRScheduler

from netwright.records.candidate import Recipe

WARM_UP = 0.3
"""Share of the steps that `one-cycle` warms up (Smith and Topin 2018; also PyTorch's default)."""


def _constant(_: int, __: int) -> float:
    return 1.0


def _cosine(step: int, steps: int) -> float:
    return 0.5 * (1.0 + cos(pi * min(step, steps) / steps))


def _one_cycle(step: int, steps: int) -> float:
    rising = max(1, round(WARM_UP * steps))
    if step < rising:
        return (step + 1) / rising
    return _cosine(step - rising, max(1, steps - rising))


_FACTORS: dict[str, Callable[[int, int], float]] = {
    "constant": _constant,
    "cosine": _cosine,
    "one-cycle": _one_cycle,
}


def make_schedule(optimizer: Optimizer, recipe: Recipe, steps: int) -> LRScheduler:
    """Return the schedule of a recipe; call its `step` after every optimizer step.

    The rate of step t (from 0) of T is lr * f(t): `constant` f = 1; `cosine` f = (1 + cos(pi t/T)) / 2; `one-cycle`
    f = (t + 1)/W over the first W = 0.3 T steps, then the cosine from 1 over the others.

    Args:
        optimizer: Whose rate it moves.
        recipe: Names it.
        steps: How many optimizer steps the whole training has, T.

    Returns:
        The schedule; the optimizer has the rate of step 0.

    Source: Loshchilov and Hutter 2017, SGDR, equation 5; Goyal et al. 2017, section 2.2 (linear warm-up).

    >>> from torch import nn
    >>> from torch.optim import SGD
    >>> optimizer = SGD([nn.Parameter()], lr=1.0)
    >>> schedule = make_schedule(optimizer, Recipe(schedule="cosine"), steps=4)
    >>> rates = []
    >>> for _ in range(4):
    ...     rates.append(round(schedule.get_last_lr()[0], 3))
    ...     optimizer.step()
    ...     schedule.step()
    >>> rates
    [1.0, 0.854, 0.5, 0.146]
    """
    factor = _FACTORS[recipe.schedule]
    return LambdaLR(optimizer, lambda step: factor(step, steps))
