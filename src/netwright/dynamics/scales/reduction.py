"""Operations that reduce or pool over axes: the scale must be the same along them."""

from netwright.dynamics.scales.elementwise import block
from netwright.dynamics.scales.label import Label, Term
from netwright.dynamics.scales.walk import Walk
from netwright.structure.tape import Operation, Value

REDUCTIONS = {
    "sum": 1.0, "mean": 1.0, "amax": 1.0, "amin": 1.0, "max": 1.0, "min": 1.0, "median": 1.0, "nansum": 1.0, "std": 1.0,
    "var": 2.0, "norm": 1.0, "vector_norm": 1.0, "linalg_vector_norm": 1.0,
}  # fmt: skip
"""Degree of each reduction: f(c x) = c ** degree f(x) for c > 0."""

POOLS = frozenset(
    f"{kind}_pool{space}d" for kind in ("max", "avg", "adaptive_avg", "adaptive_max", "lp") for space in (1, 2, 3)
) | {"interpolate", "upsample", "grid_sample"}


def reduce(walk: Walk, operation: Operation) -> None:
    """Sums, means, largest values, norms over some axes or all."""
    value = operation.args[0]
    axes = _axes(operation, value)
    if axes is None:
        block(walk, operation)
        return
    label = walk.system.gather(walk.of(value), axes, f"the {walk.where(operation)}")
    for out in operation.outputs:
        if len(out.shape) != len(value.shape):
            flat = Label(tuple(Term(term.ids.reshape(_without(term, axes)), term.factor) for term in label.terms))
        else:
            flat = label
        walk.set(out, flat.times(REDUCTIONS[operation.name]))


def pool(walk: Walk, operation: Operation) -> None:
    """Pooling and resizing over space: one scale a channel."""
    value, out = operation.args[0], operation.outputs[0]
    space = int(operation.name[-2]) if operation.name.endswith("d") else len(value.shape) - 2
    axes = range(len(value.shape) - space, len(value.shape))
    label = walk.system.gather(walk.of(value), axes, f"the {walk.where(operation)}")
    walk.set(out, label)
    for other in operation.outputs[1:]:
        walk.set(other, Label())


def _axes(operation: Operation, value: Value) -> tuple[int, ...] | None:
    """Return the axes that are reduced; nothing where the call compares two tensors."""
    at = 2 if operation.name in {"norm", "vector_norm", "linalg_vector_norm"} else 1
    given = operation.argument(at, "dim", operation.kwargs.get("axis"))
    if isinstance(given, Value):
        return None
    count = len(value.shape)
    if given is None or (isinstance(given, tuple | list) and not given):
        return tuple(range(count))
    if isinstance(given, bool):
        return tuple(range(count))
    listed = (given,) if isinstance(given, int) else tuple(given)
    return tuple(axis % count for axis in listed)


def _without(term: Term, axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(side for axis, side in enumerate(term.ids.shape) if axis not in axes)
