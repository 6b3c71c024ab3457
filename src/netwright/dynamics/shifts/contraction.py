"""Products of matrices: linear layers, attention by hand, embeddings."""

import numpy as np
import torch
from torch import Tensor

from netwright.dynamics.shifts.pattern import FROZEN, Pattern, Product, pull, settle, spread
from netwright.dynamics.shifts.step import Pulled, Step, added
from netwright.structure.tape import Value


def linear(step: Step) -> Pulled:
    """Yield the patterns of y = x W^T + b.

    A shift of W's rows moves y by amounts that depend on x: the classes of y must join channels within one position. A
    shift of x moves each channel by its own row of W: they must join positions within one channel.
    """
    x, weight, bias = (step.op.argument(at, name) for at, name in enumerate(("input", "weight", "bias")))
    out = step.out
    flat = out.reshape(1, -1, weight.shape[0]) if len(weight.shape) > 1 else out.reshape(1, -1, 1)
    inputs = weight.shape[-1]
    if x in step.wanted:
        found = rows(flat, *_numbers(flat, 1), flat.shape[1])
        yield x, None if found is None else spread(found, inputs).reshape(x.shape)
    if weight in step.wanted:
        found = rows(flat, *_numbers(flat, 2), flat.shape[2])
        free = torch.arange(1, inputs + 1)
        yield weight, None if found is None else Product((found, free) if len(weight.shape) > 1 else (free,))
    if bias in step.wanted:
        yield bias, added(bias, out)


def added_product(step: Step) -> Pulled:
    """Yield the patterns of b + A B (`addmm`, `baddbmm`, `addmv`)."""
    bias, left, right = (step.op.argument(at, name) for at, name in enumerate(("input", "mat1", "mat2")))
    if bias in step.wanted:
        yield bias, added(bias, step.out)
    yield from _product(step, left, right)


def product(step: Step) -> Pulled:
    """Yield the patterns of A B, with batches or without."""
    yield from _product(step, step.op.argument(0, "input"), step.op.argument(1, "other", step.op.kwargs.get("mat2")))


def embedding(step: Step) -> Pulled:
    """Yield the pattern of a table whose rows are looked up: any row may stand at any position.

    A class within one position joins columns of each row by itself; one that spans positions joins all rows.
    """
    table, out = step.op.argument(1, "weight"), step.out
    width = table.shape[1]
    ids = out.reshape(-1, width)
    positions = torch.arange(ids.shape[0])[:, None].expand(ids.shape)
    spans = bool(((settle(ids, positions) == FROZEN) & (ids != FROZEN)).any())
    columns = pull(ids, torch.arange(1, width + 1).expand(ids.shape), width)
    count = table.shape[0]
    lines = torch.ones(count, dtype=torch.int64) if spans else torch.arange(1, count + 1)
    if table in step.wanted:
        yield table, None if columns is None else Product((lines, columns))


def rows(ids: Tensor, own: Tensor, other: Tensor, count: int) -> Tensor | None:
    """Return the pattern of one factor's rows, whose shift meets a column of the other factor at each output.

    Args:
        ids: The class of each output.
        own: Number of the row, from 1, that makes each output.
        other: Number of the column that it meets there.
        count: How many rows there are.

    Returns:
        (count,), None where all are frozen: rows fall together where outputs of one class meet the same column.
    """
    return pull(settle(ids, other.expand(ids.shape)), own.expand(ids.shape), count)


def _numbers(ids: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """Return the numbers of rows and of columns of outputs (1, rows, columns), seen from either axis."""
    down = torch.arange(1, ids.shape[1] + 1)[None, :, None]
    right = torch.arange(1, ids.shape[2] + 1)[None, None, :]
    return (down, right) if axis == 1 else (right, down)


def _product(step: Step, left: Value, right: Value) -> Pulled:
    out = step.out
    one, other = _matrix(left, row=True), _matrix(right, row=False)
    batch = np.broadcast_shapes(one[:-2], other[:-2])
    ids = out.reshape(*batch, one[-2], other[-1])
    down = _lines(one[:-2], one[-2]).unsqueeze(-1).expand(ids.shape)
    along = _lines(other[:-2], other[-1]).unsqueeze(-2).expand(ids.shape)
    if left in step.wanted:
        yield left, _factor(rows(ids, down, along, int(down.max())), left, one, flip=False)
    if right in step.wanted:
        yield right, _factor(rows(ids, along, down, int(along.max())), right, other, flip=True)


def _matrix(value: Value, row: bool) -> tuple[int, ...]:
    if len(value.shape) > 1:
        return value.shape
    return (1, *value.shape) if row else (*value.shape, 1)


def _lines(batch: tuple[int, ...], count: int) -> Tensor:
    """Return numbers for the rows of every matrix of a batch: (*batch, count)."""
    total = count
    for size in batch:
        total *= size
    return torch.arange(1, total + 1).reshape(*batch, count)


def _factor(found: Tensor | None, value: Value, shape: tuple[int, ...], flip: bool) -> Pattern:
    """Return the pattern of a factor from that of its rows, or of its columns where it stands right."""
    if found is None:
        return None
    inner, lines = (shape[-2], shape[-1]) if flip else (shape[-1], shape[-2])
    if len(value.shape) == 2:
        free = torch.arange(1, inner + 1)
        return Product((free, found) if flip else (found, free))
    ids = spread(found.reshape(*shape[:-2], lines), inner)
    return (ids.transpose(-1, -2) if flip else ids).reshape(value.shape)
