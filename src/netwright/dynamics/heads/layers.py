"""Coordinates through sums over products: linear maps, attention."""

import torch
from torch import Tensor

from netwright.dynamics.heads.layout import Layout, laid_out, varies
from netwright.dynamics.heads.legs import Leg
from netwright.dynamics.heads.product import BATCH, Product
from netwright.dynamics.heads.trail import FOLLOWING, MIXING, SCORES, Trail, called
from netwright.structure.tape import Operation, Value


def multiply(trail: Trail, operation: Operation, product: Product) -> None:
    """Take coordinates through a sum over products.

    With a parameter it is a linear map. Two values whose coordinates run along what is summed over meet; where one's do
    not, its positions are mixed, the same way for all of its coordinates.

    Args:
        trail: Known so far; it learns what the operation returns.
        operation: The operation.
        product: What it computes.
    """
    if product.left in trail.weights and product.right not in trail.weights:
        product = product.swapped()
    if product.right in trail.weights:
        _apply(trail, operation, product)
        return
    left, right = trail.layouts.get(product.left), trail.layouts.get(product.right)
    read = {product.left, product.right}
    across = _across(left, product.left_axes, product.summed), _across(right, product.right_axes, product.summed)
    if left is not None and right is not None and all(across):
        sides = (left, product.left_axes), (right, product.right_axes)
        trail.meet(operation, SCORES, *sides, product.summed)
        read.clear()
    elif right is not None and not across[1]:
        _mix(trail, operation, product, right)
        read.remove(product.right)
    elif left is not None and not across[0]:
        _mix(trail, operation, product.swapped(), left)
        read.remove(product.left)
    passed = {product.left, product.right} - read
    trail.stray(operation, *(value for value in operation.inputs if value not in passed))


def attend(trail: Trail, operation: Operation) -> None:
    """Take coordinates through a scaled dot product attention: queries meet keys, positions of values are mixed.

    Args:
        trail: Known so far; it learns what the operation returns.
        operation: The operation.
    """
    query, key, value = (operation.argument(at, name) for at, name in enumerate(("query", "key", "value")))
    batch = BATCH[: len(query.shape) - 2]
    queries, keys, values = (_repeated(trail.layouts.get(part), query.shape) for part in (query, key, value))
    read = set(operation.inputs)
    if queries is not None and keys is not None:
        trail.meet(operation, SCORES, (queries, batch + "ri"), (keys, batch + "ki"), "i")
        read -= {query, key}
    if values is not None:
        _mix(trail, operation, Product(query, value, batch + "rk", batch + "ko", batch + "ro"), values)
        read -= {value} - (read & {query, key})
    trail.stray(operation, *read)


def _repeated(layout: Layout | None, like: tuple[int, ...]) -> Layout | None:
    """Return a layout with each head repeated as often as there are more heads of queries."""
    if layout is None or len(like) < 3 or layout.ids.shape[-3] == like[-3]:
        return layout
    times = like[-3] // layout.ids.shape[-3]
    ids, shares = (held.repeat_interleave(times, -3) for held in (layout.ids, layout.shares))
    return Layout(ids, shares, layout.mixed)


def _across(layout: Layout | None, axes: str, summed: str) -> bool:
    """Return whether coordinates run along what is summed over."""
    return layout is not None and any(varies(layout.ids, axes.index(axis)) for axis in summed)


def _mix(trail: Trail, operation: Operation, product: Product, values: Layout) -> None:
    """Go through a product that sums over positions of `product.right`."""
    axes, out = product.right_axes, operation.outputs[0]
    if any(varies(values.shares, axes.index(axis)) for axis in product.free):
        trail.forbid(values.ids, f"is scaled coordinate by coordinate before {called(operation)}")
        return
    order = [axis for axis in product.out_axes if axis in axes]
    first = values.ids
    for axis in product.summed:
        first = first.narrow(axes.index(axis), 0, 1)
    first = first.permute([axes.index(axis) for axis in (*order, *product.summed)])
    sizes = dict(zip(order, first.shape, strict=False))
    ids = first.reshape([sizes.get(axis, 1) for axis in product.out_axes])
    along = tuple(product.out_axes.index(axis) for axis in product.free)
    trail.layouts[out] = laid_out(ids, along, out.shape, mixed=True)


def _apply(trail: Trail, operation: Operation, product: Product) -> None:
    """Go through a linear map."""
    weight, out = trail.weights[product.right], operation.outputs[0]
    batch = set(product.left_axes) & set(product.right_axes) - set(product.summed)
    if batch:
        trail.stray(operation, *operation.inputs)
        return
    if product.left in trail.weights:
        trail.stray(operation, product.left)
    ends = (tuple(map(product.right_axes.index, axes)) for axes in (product.free, product.summed))
    made, taken = (trail.leg(weight, axes) for axes in ends)
    trail.use(operation, weight, *(end[0] for end in (made, taken) if end is not None))
    _read(trail, operation, product, taken)
    if made is None:
        trail.stray(operation, product.bias)
        return
    along = {axis: product.out_axes.index(axis) for axis in product.free}
    ids = made[1].permute([product.free.index(axis) for axis in sorted(product.free, key=lambda a: along[a])])
    sizes = [size if at in along.values() else 1 for at, size in enumerate(out.shape)]
    trail.layouts[out] = laid_out(ids.reshape(sizes), tuple(along.values()), out.shape)
    if product.bias is not None:
        _shift(trail, operation, product.bias, made[1])


def _read(trail: Trail, operation: Operation, product: Product, taken: tuple[Leg, Tensor] | None) -> None:
    """Go into a linear map: what its input holds meets what its weight reads."""
    layout = trail.layouts.get(product.left)
    if layout is not None and taken is not None:
        reader = Layout(taken[1], torch.zeros_like(taken[1]))
        what = MIXING if layout.mixed else FOLLOWING
        trail.meet(operation, what, (layout, product.left_axes), (reader, product.summed), product.summed)
    elif layout is not None:
        trail.stray(operation, product.left)
    elif taken is not None:
        trail.forbid(taken[1], "reads what no linear map made")


def _shift(trail: Trail, operation: Operation, bias: Value, ids: Tensor) -> None:
    """Add a linear map's bias: its entries are moved together with the weight's rows."""
    weight = trail.weights.get(bias)
    found = trail.leg(weight, (0,)) if weight is not None and len(bias.shape) == 1 else None
    if weight is None or found is None or found[1].shape != ids.shape:
        trail.stray(operation, bias)
        trail.forbid(ids, f"has a bias in {called(operation)} that is no parameter, or part of one")
        return
    trail.use(operation, weight, found[0])
    trail.sums.append(torch.stack([ids, found[1]]).numpy())
