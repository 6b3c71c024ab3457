"""Following the coordinates of linear maps through a tape."""

from collections.abc import Iterable

from netwright.dynamics.heads.elements import FACTORS, SUMS, add, move, scale
from netwright.dynamics.heads.layers import attend, multiply
from netwright.dynamics.heads.movement import moves
from netwright.dynamics.heads.product import product_of
from netwright.dynamics.heads.trail import Trail
from netwright.structure.tape import Operation, Value


def follow(operations: Iterable[Operation], results: Iterable[Value]) -> Trail:
    """Return where the coordinates of linear maps go.

    Args:
        operations: In the order in which they ran.
        results: What is returned in the end.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> net, x = torch.nn.Sequential(torch.nn.Linear(5, 2), torch.nn.Linear(2, 3)), torch.zeros(4, 5)
    >>> tape = record(net, lambda: net(x), x)
    >>> [(m.left.tolist(), m.right.tolist()) for m in follow(tape.operations, [tape.result]).meetings]
    [([0, 1], [12, 13])]
    """
    trail = Trail()
    for operation in operations:
        _step(trail, operation)
    trail.stray(None, *results)
    return trail


def _step(trail: Trail, operation: Operation) -> None:
    for value in operation.inputs:
        if value.origin == "parameter":
            trail.take(value)
    if moves(operation):
        move(trail, operation)
    elif operation.name in SUMS:
        add(trail, operation)
    elif operation.name in FACTORS:
        scale(trail, operation)
    elif operation.name == "scaled_dot_product_attention":
        attend(trail, operation)
    elif (product := product_of(operation)) is not None:
        multiply(trail, operation, product)
    else:
        trail.stray(operation, *operation.inputs)
