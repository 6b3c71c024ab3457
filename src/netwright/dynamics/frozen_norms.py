"""Where a bias meets a batch normalisation with fixed statistics, and shears with its shift."""

from torch import Tensor

from netwright.dynamics.shear import Shear
from netwright.records.symmetry import Symmetry
from netwright.structure.tape import Operation, Tape, Value

MAPS = frozenset({"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"})
"""Operations that end by adding their third argument, a bias."""


def propose_shears(tape: Tape) -> tuple[Shear, ...]:
    """Return the shear of every batch normalisation in evaluation mode that directly follows a bias.

    Args:
        tape: Of the loss.

    Returns:
        The shears, unconfirmed; of normalisations in training mode, which do not see the bias at all, none.

    >>> import torch
    >>> from torch import nn
    >>> from netwright.structure.record import record
    >>> net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).eval()
    >>> x = torch.zeros(2, 3)
    >>> [(shear.bias, shear.shift, shear.symmetry.count) for shear in propose_shears(record(net, lambda: net(x), x))]
    [('0.bias', '1.bias', 4)]
    """
    found = (_shear(operation) for operation in tape.operations if operation.name == "batch_norm")
    return tuple(shear for shear in found if shear is not None)


def _shear(operation: Operation) -> Shear | None:
    names = ("running_mean", "running_var", "weight", "bias")
    _, variance, scale, shift = (operation.argument(at, name) for at, name in enumerate(names, start=1))
    bias = _bias_before(operation.args[0])
    fixed = not operation.argument(5, "training", False) and isinstance(variance, Value)
    if not fixed or bias is None or not _alone(shift) or (scale is not None and scale.origin != "parameter"):
        return None
    deviations = (variance.tensor.double() + operation.argument(7, "eps", 1e-5)).sqrt().cpu().numpy()
    parameters = tuple(value.name for value in (bias, shift, scale) if value is not None)
    place = f"{bias.name.rpartition('.')[0]} -> {operation.module}"
    symmetry = Symmetry(kind="shear", place=place, parameters=parameters, count=len(deviations), conserves=False)
    return Shear(symmetry, bias.name, shift.name, None if scale is None else scale.name, deviations)


def _bias_before(value: Value) -> Value | None:
    """Return the bias that was added last, where nothing else sees the sum and nothing else adds the bias."""
    maker = value.maker
    if maker is None or maker.name not in MAPS or len(value.users) != 1:
        return None
    bias = maker.argument(2, "bias")
    return bias if _alone(bias) else None


def _alone(value: Value | Tensor | None) -> bool:
    return isinstance(value, Value) and value.origin == "parameter" and len(value.users) == 1
