"""A batch normalisation in evaluation mode, folded into the convolution before it."""

from dataclasses import dataclass

from torch import Tensor

from netwright.streaming.builder import Builder
from netwright.structure.tape import Operation, Value


@dataclass(frozen=True, eq=False)
class Folded:
    """A convolution's numbers.

    Args:
        weight: (C_out, C_in/groups, ...).
        bias: (C_out,), or None.
        result: What the normalisation made, if one was folded in.
    """

    weight: Tensor
    bias: Tensor | None
    result: Value | None


def folded_weights(builder: Builder, convolution: Operation) -> Folded:
    """Return the weights of a convolution with the normalisation that alone reads its output.

    w' = w g/s and b' = (b - m) g/s + c with mean m, spread s = sqrt(v + eps), gain g and shift c.

    Args:
        builder: Notes the normalisation as done.
        convolution: The convolution.

    Returns:
        Its weights, or those of both.

    Source: Jacob et al. 2018, "Quantization and Training of Neural Networks", section 3.2.
    """
    weight = convolution.argument(1, "weight").tensor.detach()
    given = convolution.argument(2, "bias")
    bias = None if given is None else given.tensor.detach()
    norm = _norm_after(builder, convolution)
    if norm is None:
        return Folded(weight, bias, None)
    mean, variance = (norm.argument(at, name).tensor for at, name in ((1, "running_mean"), (2, "running_var")))
    gain, shift = (norm.argument(at, name) for at, name in ((3, "weight"), (4, "bias")))
    # in float64, so that folding costs no accuracy beyond one rounding
    scale = (variance.double() + norm.argument(7, "eps", 1e-5)).rsqrt()
    scale = scale if gain is None else scale * gain.tensor.double()
    moved = -mean.double() if bias is None else bias.double() - mean.double()
    new_bias = moved * scale + (0.0 if shift is None else shift.tensor.double())
    new_weight = weight.double() * scale.reshape(-1, *(1,) * (weight.dim() - 1))
    builder.folded.add(norm)
    return Folded(new_weight.to(weight.dtype).detach(), new_bias.to(weight.dtype).detach(), norm.outputs[0])


def _norm_after(builder: Builder, convolution: Operation) -> Operation | None:
    result = convolution.outputs[0]
    if len(result.users) != 1 or result in builder.answers:
        return None
    norm = result.users[0]
    frozen = not norm.argument(5, "training", False) and norm.argument(1, "running_mean") is not None
    if norm.name != "batch_norm" or not frozen or norm.inputs[0] is not result:
        return None
    fixed = [value for value in norm.inputs[1:] if value.origin in {"parameter", "buffer"}]
    return norm if len(fixed) == len(norm.inputs) - 1 else None
