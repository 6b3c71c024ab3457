"""Linear maps of networks, whichever way round a library stores their weights."""

from typing import cast

import torch
from torch import Tensor, nn


def is_linear_map(module: nn.Module) -> bool:
    """Return whether a module is y = W x + b with W in the open: `nn.Linear`, or the `Conv1D` of transformers.

    >>> is_linear_map(nn.Linear(2, 3)), is_linear_map(nn.LayerNorm(2))
    (True, False)
    """
    return type(module) is nn.Linear or _is_transposed(module)


def weight_of(module: nn.Module) -> Tensor:
    """Return W of a linear map, (outputs, inputs): a view, so that writing into it changes the module.

    Args:
        module: One for which `is_linear_map` holds.

    Returns:
        The weight; `Conv1D` stores its transpose.

    >>> weight_of(nn.Linear(2, 3)).shape
    torch.Size([3, 2])
    """
    weight = cast("Tensor", module.weight)
    return weight.T if _is_transposed(module) else weight


def bias_of(module: nn.Module) -> Tensor | None:
    """Return b of a linear map, (outputs,); None where it has none."""
    return cast("Tensor | None", module.bias)


def sliced(module: nn.Module, *, inputs: Tensor | None = None, outputs: Tensor | None = None) -> nn.Module:
    """Return a linear map with some of the inputs and outputs of another one.

    Args:
        module: One for which `is_linear_map` holds; it stays as it is.
        inputs: int64 indices of the inputs to keep; None keeps all.
        outputs: int64 indices of the outputs to keep; None keeps all.

    Returns:
        A new map of the same class, device, type, mode and trainability; a bias without outputs left has none.

    >>> whole = nn.Linear(3, 4)
    >>> part = sliced(whole, inputs=torch.tensor([0, 2]), outputs=torch.tensor([3]))
    >>> bool(torch.equal(part.weight, whole.weight[[3]][:, [0, 2]])), part.out_features
    (True, 1)
    """
    weight, bias = weight_of(module).detach(), bias_of(module)
    if outputs is not None:
        at = outputs.to(weight.device)
        weight, bias = weight[at], None if bias is None else bias.detach()[at]
    if inputs is not None:
        weight = weight[:, inputs.to(weight.device)]
    return rewritten(module, weight, None if bias is None else bias.detach())


def rewritten(module: nn.Module, weight: Tensor, bias: Tensor | None) -> nn.Module:
    """Return a linear map of the class of another one with weights of its own.

    Args:
        module: One for which `is_linear_map` holds; it stays as it is.
        weight: (outputs, inputs); copied, to the type and device of the module's weight.
        bias: (outputs,); None only where the module has none, or for a map that shall have none.

    Returns:
        The new map, in the module's mode, with its trainability.

    >>> rewritten(nn.Linear(3, 4), torch.ones(2, 3), torch.zeros(2))(torch.ones(3))
    tensor([3., 3.], grad_fn=<ViewBackward0>)
    """
    old = cast("Tensor", module.weight)
    made = nn.Module.__new__(type(module))
    nn.Module.__init__(made)
    size_out, size_in = weight.shape
    stored = weight.T if _is_transposed(module) else weight
    made.weight = nn.Parameter(stored.detach().to(old).clone(memory_format=torch.contiguous_format), old.requires_grad)
    kept = None if bias is None else nn.Parameter(bias.detach().to(old).clone(), old.requires_grad)
    made.register_parameter("bias", kept)
    sizes = {"nx": size_in, "nf": size_out} if _is_transposed(module) else _linear_sizes(size_in, size_out)
    for name, size in sizes.items():
        setattr(made, name, size)
    return made.train(module.training)


def _linear_sizes(size_in: int, size_out: int) -> dict[str, int]:
    return {"in_features": size_in, "out_features": size_out}


def _is_transposed(module: nn.Module) -> bool:
    # by its marks: transformers is an extra, and importing it takes seconds
    return type(module).__name__ == "Conv1D" and hasattr(module, "nf") and hasattr(module, "weight")
