"""Places on a tape where attention scores are made and values are mixed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from netwright.dynamics.heads.movement import moves
from netwright.dynamics.heads.product import product_of
from netwright.dynamics.heads.trail import MIXING, SCORES
from netwright.structure.tape import Operation, Value

BESIDE = frozenset({"mul", "div", "add", "sub", "masked_fill", "where", "dropout", "clamp", "maximum", "tanh"})
"""What stands between scores and softmax, and between softmax and the mixing: scale, mask, bias, cap, dropout."""


@dataclass(frozen=True)
class Site:
    """A place where a general linear symmetry is expected.

    Args:
        operation: Where scores are made, or values mixed.
        what: Which of the two.
        values: Queries and keys, or values.
    """

    operation: Operation
    what: str
    values: tuple[Value, ...]


def sites_of(operations: list[Operation]) -> list[Site]:
    """Return the places of attention on a tape, in order.

    Args:
        operations: Of a tape.

    >>> import torch
    >>> from netwright.structure.record import record
    >>> attention, x = torch.nn.MultiheadAttention(4, 2), torch.zeros(3, 1, 4)
    >>> [site.what for site in sites_of(record(attention, lambda: attention(x, x, x), x).operations)]
    ['q -> k', 'v -> o']
    """
    found = []
    for operation in operations:
        if operation.name == "scaled_dot_product_attention":
            query, key, value = (operation.argument(at, name) for at, name in enumerate(("query", "key", "value")))
            found += [Site(operation, SCORES, (query, key)), Site(operation, MIXING, (value,))]
        elif operation.name == "multi_head_attention_forward":
            found += [Site(operation, what, ()) for what in (SCORES, MIXING)]
        elif operation.name == "softmax":
            found += _around(operation)
    return found


def _around(softmax: Operation) -> Iterator[Site]:
    """Yield the products before and after a softmax, where both are there."""
    before = _products(softmax, lambda operation: [v.maker for v in operation.inputs if v.maker is not None])
    after = _products(softmax, lambda operation: [user for v in operation.outputs for user in v.users])
    if not before or not after:
        return
    for scores in before:
        product = product_of(scores)
        if product is not None:
            yield Site(scores, SCORES, (product.left, product.right))
    for mixing in after:
        product = product_of(mixing)
        if product is not None:
            attended = (product.left, product.right)
            yield Site(mixing, MIXING, tuple(value for value in attended if not _came_from(value, softmax))[:1])


def _products(softmax: Operation, neighbours: Callable[[Operation], list[Operation]]) -> list[Operation]:
    """Return the first products of two computed values next to a softmax, past what may stand in between."""
    found, seen, ahead = [], {softmax}, neighbours(softmax)
    while ahead:
        operation = ahead.pop(0)
        if operation in seen:
            continue
        seen.add(operation)
        product = product_of(operation)
        if product is not None:
            if product.left.origin == product.right.origin == "computed":
                found.append(operation)
        elif moves(operation) or operation.name in BESIDE:
            ahead += neighbours(operation)
    return found


def _came_from(value: Value, softmax: Operation) -> bool:
    """Return whether a value is a softmax's, past what may stand in between."""
    ahead = [value]
    while ahead:
        maker = ahead.pop().maker
        if maker is softmax:
            return True
        if maker is not None and (moves(maker) or maker.name in BESIDE):
            ahead += maker.inputs
    return False
