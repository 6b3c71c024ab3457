"""Coordinates through operations element by element: moves, sums, factors."""

from netwright.dynamics.heads.layout import Layout, added, moved, scaled, varies
from netwright.dynamics.heads.movement import carry
from netwright.dynamics.heads.trail import Trail, Weight
from netwright.structure.tape import Operation, Value

SUMS = frozenset({"add", "sub"})
FACTORS = frozenset({"mul", "div", "neg"})


def move(trail: Trail, operation: Operation) -> None:
    """Take coordinates, and parts of parameters, through an operation that only moves elements.

    Args:
        trail: Known so far; it learns what the operation returns.
        operation: The operation.
    """
    floating = [value for value in dict.fromkeys(operation.inputs) if value.tensor.is_floating_point()]
    parts = [value for value in floating if value in trail.weights]
    if len(parts) == 1 and len(floating) == 1:
        weight = trail.weights[parts[0]]
        places = zip(*(carry(operation, {parts[0]: along}) for along in weight.places), strict=True)
        for value, held in zip(operation.outputs, places, strict=True):
            trail.weights[value] = Weight(weight.parameter, tuple(held))
        return
    trail.stray(operation, *parts)
    if any(value in trail.layouts for value in floating):
        trail.layouts.update(zip(operation.outputs, moved(operation, trail.layouts), strict=True))


def add(trail: Trail, operation: Operation) -> None:
    """Take coordinates through a sum: both terms must be moved by the same matrix; a parameter may be one of them.

    Args:
        trail: Known so far; it learns what the operation returns.
        operation: The operation.
    """
    terms = [operation.argument(0, "input"), operation.argument(1, "other")]
    terms.sort(key=lambda term: term not in trail.layouts)
    one, shape = trail.layouts.get(terms[0]), operation.outputs[0].shape
    if one is not None and terms[1] in trail.weights:
        other = _added_parameter(trail, operation, terms[1], Layout(one.ids.expand(shape), one.shares, one.mixed))
    else:
        other = trail.layouts.get(terms[1])
    if one is None or other is None or bool((one.ids < 0).any()) or bool((other.ids < 0).any()):
        trail.stray(operation, *operation.inputs)
        return
    trail.layouts[operation.outputs[0]], together = added(one, other, shape)
    trail.sums.append(together)


def scale(trail: Trail, operation: Operation) -> None:
    """Take coordinates through multiplication by a number, or by a tensor that no matrix moves.

    Args:
        trail: Known so far; it learns what the operation returns.
        operation: The operation.
    """
    factors = [operation.argument(0, "input"), operation.argument(1, "other")]
    known = next((factor for factor in factors if factor in trail.layouts), None)
    divides = operation.name == "div" and (known is not factors[0] or "rounding_mode" in operation.kwargs)
    if known is None or divides:
        trail.stray(operation, *operation.inputs)
        return
    layout = trail.layouts[known]
    other = factors[1] if known is factors[0] else factors[0]
    if isinstance(other, Value):
        trail.stray(operation, other)
        layout = scaled(layout, other.shape, operation.outputs[0].shape)
    trail.layouts[operation.outputs[0]] = layout


def _added_parameter(trail: Trail, operation: Operation, value: Value, like: Layout) -> Layout | None:
    """Return what a parameter holds that is added as it is: coordinates where the other term has them."""
    extra = like.ids.dim() - len(value.shape)
    axes = tuple(at for at in range(len(value.shape)) if varies(like.ids, at + extra))
    found = trail.leg(trail.weights[value], axes)
    if found is None:
        return None
    trail.use(operation, trail.weights[value], found[0])
    sizes = [size if at in axes else 1 for at, size in enumerate(value.shape)]
    ids = found[1].reshape([1] * extra + sizes).expand(like.ids.shape)
    return Layout(ids, ids.new_zeros(()).expand(like.ids.shape))
