"""Which rule follows the scales through which operation."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from netwright.dynamics.scales import attention, contraction, elementwise, movement, normalisation, reduction
from netwright.dynamics.scales.label import Label
from netwright.dynamics.scales.walk import Walk
from netwright.structure.movement import MOVEMENTS
from netwright.structure.tape import Operation

Rule = Callable[[Walk, Operation], None]

LOSSES = frozenset({
    "cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "kl_div", "ctc_loss",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "multi_margin_loss", "poisson_nll_loss",
    "gaussian_nll_loss",
})  # fmt: skip
"""Operations that nobody expects to be blind to the scale of what they compare."""

ASKING = frozenset({"argmax", "argmin", "isnan", "isinf", "sign", "zeros_like", "ones_like", "new_zeros"})
"""Operations whose result no gradient passes."""


def lose(walk: Walk, operation: Operation) -> None:
    """A loss: what it compares keeps its size, as anybody expects."""
    for value in dict.fromkeys(operation.inputs):
        walk.system.fix(walk.of(value), "")


def ask(walk: Walk, operation: Operation) -> None:
    """A question whose answer does not depend on scales."""
    for value in operation.outputs:
        walk.labels[value] = Label()


def _catalog() -> Mapping[str, Rule]:
    rules: dict[str, Rule] = dict.fromkeys(MOVEMENTS, movement.move)
    rules |= dict.fromkeys(movement.UNCHANGED, movement.keep)
    rules |= {"pad": movement.pad, "setitem": movement.put}
    rules |= dict.fromkeys(contraction.CONVOLUTIONS, contraction.convolve)
    matrices = ("matmul", "mm", "bmm", "mv", "addmm", "baddbmm", "addmv")
    rules |= {"linear": contraction.linear, **dict.fromkeys(matrices, contraction.multiply_matrices)}
    rules |= dict.fromkeys(("add", "sub", "rsub"), elementwise.add)
    rules |= {"mul": elementwise.multiply, **dict.fromkeys(("div", "rdiv", "rtruediv"), elementwise.divide)}
    rules |= dict.fromkeys((*elementwise.POWERS, "pow"), elementwise.power)
    rules |= {"prelu": elementwise.parametric_relu, "embedding": elementwise.embed}
    rules |= dict.fromkeys(("clamp", "clamp_min", "clip"), elementwise.clamp)
    rules |= dict.fromkeys(("where", "masked_fill", "maximum", "minimum"), elementwise.select)
    rules |= dict.fromkeys(reduction.REDUCTIONS, reduction.reduce)
    rules |= dict.fromkeys(reduction.POOLS, reduction.pool)
    rules |= dict.fromkeys(("batch_norm", "instance_norm"), normalisation.batch_norm)
    rules |= dict.fromkeys(("layer_norm", "rms_norm"), normalisation.layer_norm)
    rules |= {"group_norm": normalisation.group_norm, "normalize": normalisation.normalize}
    rules |= {"weight_norm": normalisation.weight_norm, "scaled_dot_product_attention": attention.attend}
    return MappingProxyType(rules | dict.fromkeys(LOSSES, lose) | dict.fromkeys(ASKING, ask))


RULES = _catalog()


def follow(walk: Walk, operation: Operation) -> None:
    """Follow the scales through one operation; whatever has no rule keeps all sizes as they are."""
    moving = any(value.origin == "parameter" or walk.raw(value).terms for value in operation.inputs)
    if not moving:
        for value in operation.outputs:
            walk.labels[value] = Label()
        return
    RULES.get(operation.name, elementwise.block)(walk, operation)
