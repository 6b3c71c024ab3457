"""Optimizers, made from a recipe."""

from collections.abc import Callable, Iterable

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from netwright.records.candidate import Recipe

Parameters = Iterable[nn.Parameter]


def _sgd(parameters: Parameters, recipe: Recipe) -> Optimizer:
    return SGD(parameters, lr=recipe.lr, momentum=recipe.momentum, weight_decay=recipe.weight_decay)


def _adam(parameters: Parameters, recipe: Recipe) -> Optimizer:
    return Adam(parameters, lr=recipe.lr, weight_decay=recipe.weight_decay)


def _adamw(parameters: Parameters, recipe: Recipe) -> Optimizer:
    return AdamW(parameters, lr=recipe.lr, weight_decay=recipe.weight_decay)


_MAKERS: dict[str, Callable[[Parameters, Recipe], Optimizer]] = {"sgd": _sgd, "adam": _adam, "adamw": _adamw}


def make_optimizer(parameters: Parameters, recipe: Recipe) -> Optimizer:
    """Return the optimizer of a recipe.

    `sgd`: v <- momentum v + (g + weight_decay w), w <- w - lr v. `adam` and `adamw` with PyTorch's other defaults.

    Args:
        parameters: What it moves.
        recipe: Names it and gives its figures.

    Returns:
        The optimizer, in its first state.

    Source: Polyak 1964 (momentum); Kingma and Ba 2015 (Adam); Loshchilov and Hutter 2019 (AdamW).

    >>> made = make_optimizer([nn.Parameter()], Recipe(optimizer="adamw", lr=0.001))
    >>> type(made).__name__, made.param_groups[0]["lr"]
    ('AdamW', 0.001)
    """
    return _MAKERS[recipe.optimizer](parameters, recipe)
