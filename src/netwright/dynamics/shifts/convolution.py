"""Convolutions and averages over windows and dimensions."""

from itertools import product
from math import prod

import torch
from torch import Tensor
from torch.nn import functional

from netwright.dynamics.shifts.contraction import rows
from netwright.dynamics.shifts.pattern import FROZEN, UNREAD, Pattern, Product, pull
from netwright.dynamics.shifts.step import Pulled, Step, added, numbers_of, shaped
from netwright.structure.tape import Value


def convolution(step: Step) -> Pulled:
    """Yield the patterns of a convolution.

    As of a linear layer on each window: kernels of one group may move together where the classes of the outputs join
    channels within one window; inputs where they join windows within one channel, no window of them reaching into the
    padding, which cannot move.
    """
    x, kernel, bias = (step.op.argument(at, name) for at, name in enumerate(("input", "weight", "bias")))
    out = step.out
    groups = int(step.op.argument(6, "groups", 1))
    plain = len(x.shape) == len(kernel.shape) - 1
    out = out.unsqueeze(0) if plain else out
    if bias in step.wanted:
        yield bias, added(bias, out, axis=1)
    n, channels = out.shape[:2]
    ids = out.reshape(n, groups, channels // groups, -1)
    windows = torch.arange(1, n * groups * ids.shape[-1] + 1).reshape(n, groups, 1, -1)
    outputs = torch.arange(1, channels + 1).reshape(1, groups, -1, 1)
    if kernel in step.wanted:
        found = rows(ids, outputs, windows, channels)
        yield kernel, None if found is None else Product((found, *(torch.arange(1, s + 1) for s in kernel.shape[1:])))
    if x in step.wanted:
        found = rows(ids, windows, outputs, int(windows.max()))
        yield x, None if found is None else _inputs(step, found, x, kernel.shape, groups)


def transposed(step: Step) -> Pulled:
    """Yield the pattern of the bias of a transposed convolution; its data and kernel are taken as frozen."""
    bias = step.operand(2, "bias")
    if bias:
        yield bias, added(bias, step.out, axis=1 if step.out.dim() == len(step.op.argument(1, "weight").shape) else 0)


def reduction(step: Step) -> Pulled:
    """Yield the pattern of what a mean or sum runs over: the n-th elements of outputs of one class shift alike."""
    value, dims = step.operand(0, "input"), step.op.argument(1, "dim")
    if not value:
        return
    shape = value.shape
    inside = set(range(len(shape))) if dims is None else {dim % len(shape) for dim in numbers_of(dims)}
    kept = [1 if dim in inside else size for dim, size in enumerate(shape)]
    across = [size if dim in inside else 1 for dim, size in enumerate(shape)]
    places = torch.arange(prod(across)).reshape(across)
    ids = step.out.reshape(kept).expand(shape)
    apart = (ids - 1) * int(places.numel()) + places + 1
    yield value, torch.where(ids > 0, apart, ids)


def centre(step: Step) -> Pulled:
    """Yield the pattern of what `logsumexp` or `amax` runs over: the result grows by c where all of it does."""
    value, dims = step.operand(0, "input"), step.op.argument(1, "dim")
    if value:
        shape = value.shape
        inside = set(range(len(shape))) if dims is None else {dim % len(shape) for dim in numbers_of(dims)}
        kept = [1 if dim in inside else size for dim, size in enumerate(shape)]
        yield value, step.out.reshape(kept).expand(shape)


def window_mean(step: Step) -> Pulled:
    """Yield the pattern of an average over windows, without padding, as of a convolution of each channel by itself."""
    value = step.operand(0, "input")
    if not value:
        return
    dims = step.out.dim() - 2
    kernel = _each(step.op.argument(1, "kernel_size"), dims)
    padded = any(_each(step.op.argument(3, "padding", 0), dims)) or step.op.argument(4, "ceil_mode", False)
    if padded:
        yield value, _steady(step.out, value)
        return
    stride = _each(step.op.argument(2, "stride") or kernel, dims)
    yield value, _reached(step.out.reshape(-1), value, kernel, stride)


def adaptive_mean(step: Step) -> Pulled:
    """Yield the pattern of an average over as many windows as asked for: exact windows where they divide the input."""
    value = step.operand(0, "input")
    if not value:
        return
    sizes = list(zip(value.shape[2:], step.out.shape[2:], strict=True))
    if any(size % wanted for size, wanted in sizes):
        yield value, _steady(step.out, value)
        return
    kernel = [size // wanted for size, wanted in sizes]
    yield value, _reached(step.out.reshape(-1), value, kernel, kernel)


def steady(step: Step) -> Pulled:
    """Yield the pattern of inputs of an operation that passes a shift on where it is constant over all of space."""
    value = step.operand(0, "input")
    out = step.out
    if value and out.dim() >= 3 and out.dim() == len(value.shape):
        yield value, _steady(out, value)


def _steady(out: Tensor, value: Value) -> Pattern:
    n, channels = value.shape[:2]
    numbers = torch.arange(1, n * channels + 1).reshape(n, channels, *[1] * (out.dim() - 2))
    found = pull(out, numbers.expand(out.shape), n * channels)
    return None if found is None else shaped(found.reshape(numbers.shape).expand(value.shape), value)


def _inputs(step: Step, found: Tensor, x: Value, kernel: tuple[int, ...], groups: int) -> Pattern:
    """Return the pattern of a convolution's input from that of its windows."""
    plain = len(x.shape) == len(kernel) - 1
    n, channels, *space = (1, *x.shape) if plain else x.shape
    dims = len(space)
    stride, dilation = (_each(step.op.argument(at, name, 1), dims) for at, name in ((3, "stride"), (5, "dilation")))
    padding = step.op.argument(4, "padding", 0)
    if padding == "same":
        total = [d * (k - 1) for d, k in zip(dilation, kernel[2:], strict=True)]
        before, after = [t // 2 for t in total], [t - t // 2 for t in total]
    else:
        before = after = [0] * dims if padding == "valid" else _each(padding, dims)
    places = _places((n, groups, *space), before, after)
    covered = _windows(places, kernel[2:], stride, dilation)
    ids = _offset(found, covered.shape[-1])
    pulled = pull(ids, covered.reshape(-1), n * groups * prod(space))
    if pulled is None:
        return None
    wide = pulled.reshape(n, groups, 1, *space)
    inside = channels // groups
    numbers = torch.arange(inside).reshape(1, 1, -1, *[1] * dims)
    return torch.where(wide > 0, (wide - 1) * inside + numbers + 1, wide).reshape(x.shape)


def _reached(found: Tensor, value: Value, kernel: list[int], stride: list[int]) -> Pattern:
    """Return the pattern of a channel-wise average's input from that of its windows."""
    places = _places(value.shape, [0] * len(kernel), [0] * len(kernel))
    covered = _windows(places, tuple(kernel), stride, [1] * len(kernel))
    return shaped(pull(_offset(found, covered.shape[-1]), covered.reshape(-1), value.tensor.numel()), value)


def _places(shape: tuple[int, ...], before: list[int], after: list[int]) -> Tensor:
    """Return numbers of places (n, channels, *space) from 1, with zeros as padding."""
    numbers = torch.arange(1, prod(shape) + 1).reshape(shape)
    pads = [size for pair in reversed(list(zip(before, after, strict=True))) for size in pair]
    return functional.pad(numbers, pads)


def _windows(places: Tensor, kernel: tuple[int, ...], stride: list[int], dilation: list[int]) -> Tensor:
    """Return the places that each window covers: (windows, places of a window)."""
    dims = len(kernel)
    counts = [
        (size - d * (k - 1) - 1) // s + 1
        for size, k, s, d in zip(places.shape[2:], kernel, stride, dilation, strict=True)
    ]
    covered = []
    for offset in product(*(range(size) for size in kernel)):
        part = places
        for dim in range(dims):
            start = offset[dim] * dilation[dim]
            part = part.narrow(dim + 2, start, (counts[dim] - 1) * stride[dim] + 1)[
                (slice(None),) * (dim + 2) + (slice(None, None, stride[dim]),)
            ]
        covered.append(part.reshape(-1))
    return torch.stack(covered, 1)


def _offset(found: Tensor, count: int) -> Tensor:
    """Return a class for each place of each window: windows of one class shift alike place by place."""
    ids = found[:, None]
    apart = (ids - 1) * count + torch.arange(1, count + 1)
    return torch.where(ids > 0, apart, torch.where(ids == UNREAD, UNREAD, FROZEN)).reshape(-1)


def _each(size: object, dims: int) -> list[int]:
    """Return a size for each dimension of space."""
    found = list(numbers_of(size))
    return found * dims if len(found) == 1 else found
