"""The thresholds of the anatomy paper: how much a neuron must write along the decision in order to stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Protocol

from netwright.records.errors import InputError

PAPER_LAYERS = 12
"""Blocks of BERT-base and of GPT-2, for which the paper's layers are numbered."""


class Rule(Protocol):
    """What gives the thresholds of a model, once its depth is known."""

    @property
    def text(self) -> str:
        """Its name or its numbers, as a plan states it."""
        ...

    def for_layers(self, layers: int) -> "Thresholds":
        """Return the thresholds for a model of so many blocks."""
        ...


@dataclass(frozen=True)
class Thresholds:
    """The rule t_l = a_l * c_l + m_l * beta * l, where c_l = cos(h_l, h_L) is that of the layer's input.

    a_l = focus_alpha * alpha in focus layers and alpha elsewhere. m_l = 0 before `beta_start` and in the last layer,
    `focus_beta` in focus layers, 1 in the others. A neuron goes where |n_lj| < t_l; in a one-sided layer where
    n_lj < t_l, so that all that points away from the decision goes too. A threshold that is not positive removes none.

    Args:
        alpha: Share of the layer's own cosine.
        beta: What a layer adds for its depth; 0 of GPT-2.
        beta_start: First layer that adds it.
        focus_layers: Layers of thinking and of deciding, where more goes.
        focus_beta: What they multiply beta with.
        focus_alpha: What they multiply alpha with.
        one_sided_layers: Where the sign counts.

    Raises:
        InputError: A number is not finite, or a layer is negative.

    Source: the anatomy paper, section 3.4 and figure 4a; its text lacks the formula, its 24 printed thresholds fix it.

    >>> Thresholds(alpha=0.5, beta=0.01, focus_layers=(4,)).of([0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    (0.05, 0.05, 0.05, 0.08, 0.16999999999999998, 0.05)
    """

    alpha: float
    beta: float = 0.0
    beta_start: int = 3
    focus_layers: tuple[int, ...] = ()
    focus_beta: float = 3.0
    focus_alpha: float = 1.0
    one_sided_layers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        numbers = {name: getattr(self, name) for name in ("alpha", "beta", "focus_beta", "focus_alpha")}
        for name, value in numbers.items():
            if not isfinite(value):
                raise InputError(f"found {name} = {value} in the thresholds; give a finite number")
        for name, layers in (("focus_layers", self.focus_layers), ("one_sided_layers", self.one_sided_layers)):
            if min(layers, default=0) < 0:
                raise InputError(f"found {name} = {layers} in the thresholds; count layers from 0")

    def of(self, cosines: Sequence[float]) -> tuple[float, ...]:
        """Return the threshold of every layer.

        Args:
            cosines: c_l = cos(h_l, h_L) of each layer's input, l = 0 ... L - 1; c_0 is that of the embedding.

        Returns:
            t_l, one a layer.

        Raises:
            InputError: A layer that the rule names is not there.
        """
        rule = self.for_layers(len(cosines))
        return tuple(rule._one(layer, cosine, len(cosines) - 1) for layer, cosine in enumerate(cosines))

    def for_layers(self, layers: int) -> "Thresholds":
        """Return the rule itself, for a model that has the layers it names.

        Args:
            layers: Blocks of the model.

        Raises:
            InputError: A layer that the rule names is not there.
        """
        named = max((*self.focus_layers, *self.one_sided_layers), default=0)
        if named >= layers:
            raise InputError(
                f"the thresholds name layer {named}, and the model's last one is {layers - 1}; "
                "fit them to its depth with netwright.pruning.criterion.thresholds.fitted"
            )
        return self

    @property
    def text(self) -> str:
        """The numbers, as in `alpha 0.05, beta 0.01`."""
        return f"alpha {self.alpha:g}" + (f", beta {self.beta:g}" if self.beta else "")

    def _one(self, layer: int, cosine: float, last: int) -> float:
        focus = layer in self.focus_layers
        alpha = self.focus_alpha * self.alpha if focus else self.alpha
        times = 0.0 if layer < self.beta_start or layer == last else self.focus_beta if focus else 1.0
        # in this order: the printed thresholds are met to the last bit
        return alpha * cosine + times * self.beta * layer


def fitted(thresholds: Thresholds, layers: int, designed_for: int = PAPER_LAYERS) -> Thresholds:
    """Return thresholds for a model of another depth.

    Layer l goes to the same fraction of the depth, round(l * (layers - 1) / (designed_for - 1)), halves upwards; the
    last one stays the last one. beta is divided by the same ratio, so that beta * l is what it was at each fraction.
    alpha stays: cosines do not depend on depth. Of 6 layers the focus layers 4, 6, 8, 10, 11 become 2, 3, 4, 5, and
    beta starts at layer 1: that the paper's focus layers alternate with others is lost.

    Args:
        thresholds: The rule, for `designed_for` layers.
        layers: Blocks of the model at hand.
        designed_for: Blocks of the model that the rule is for, at least 2.

    Returns:
        The rule for `layers` blocks; the same one where the depths are equal.

    Raises:
        InputError: A depth is too small.

    >>> small = fitted(Thresholds(0.05, 0.01, focus_layers=(4, 6, 8, 10, 11), one_sided_layers=(11,)), layers=6)
    >>> small.focus_layers, small.one_sided_layers, small.beta_start, round(small.beta, 4)
    ((2, 3, 4, 5), (5,), 1, 0.022)
    """
    if layers == designed_for:
        return thresholds
    if layers < 1 or designed_for < 2:
        raise InputError(f"found {layers} layers for thresholds made for {designed_for}; there must be 1, and 2")
    steps, before = layers - 1, designed_for - 1

    def moved(places: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted({(2 * place * steps + before) // (2 * before) for place in places}))

    return replace(
        thresholds,
        beta=thresholds.beta * before / steps if steps else 0.0,
        beta_start=moved((thresholds.beta_start,))[0],
        focus_layers=moved(thresholds.focus_layers),
        one_sided_layers=moved(thresholds.one_sided_layers),
    )
