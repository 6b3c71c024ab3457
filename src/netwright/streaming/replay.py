"""Recorded operations as functions of the tensors that flow."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

from netwright.structure.names import works_in_place
from netwright.structure.tape import Operation, Value

Function = Callable[..., Any]


def replayed(operation: Operation, flowing: Sequence[Value], instead: Mapping[Value, Tensor] | None = None) -> Function:
    """Return an operation as a function of some of its tensors; the others stay what they were, and are not written to.

    Args:
        operation: As it was recorded.
        flowing: The tensors that the function takes, in this order.
        instead: Other tensors in place of fixed ones.

    Returns:
        A function that makes a new result.

    >>> x = Value("input", torch.zeros(1))
    >>> double = replayed(Operation("mul", torch.mul, (x, 2), {}, None, ""), [x])
    >>> double(torch.tensor([3.0])), double(torch.tensor([4.0]))
    (tensor([6.]), tensor([8.]))
    """
    function, kwargs = _out_of_place(operation)
    known = instead or {}
    places = {value: index for index, value in enumerate(flowing)}

    def fixed(leaf: Any) -> Any:
        if not isinstance(leaf, Value) or leaf in places:
            return leaf
        return known.get(leaf, leaf.tensor).detach()

    args, kwargs = tree_map(fixed, (tuple(operation.args), kwargs))
    at = [(place, places[leaf]) for place, leaf in enumerate(args) if isinstance(leaf, Value)]
    leaves, layout = tree_flatten((args, kwargs))
    deep = [(place, places[leaf]) for place, leaf in enumerate(leaves) if isinstance(leaf, Value)]

    def shallow(*tensors: Tensor) -> Any:
        given = list(args)
        for place, index in at:
            given[place] = tensors[index]
        return function(*given, **kwargs)

    def nested(*tensors: Tensor) -> Any:
        given = list(leaves)
        for place, index in deep:
            given[place] = tensors[index]
        positional, named = tree_unflatten(given, layout)
        return function(*positional, **named)

    return shallow if len(at) == len(deep) else nested


def _out_of_place(operation: Operation) -> tuple[Function, dict[str, Any]]:
    """Return the function and keyword arguments that make a new tensor where the operation wrote into an old one."""
    function, kwargs = operation.function, dict(operation.kwargs)
    if kwargs.get("inplace"):
        kwargs["inplace"] = False
        return function, kwargs
    if not works_in_place(function, kwargs):
        return function, kwargs
    new = getattr(torch.Tensor, operation.name, None)
    if new is not None:
        return new, kwargs

    def on_a_copy(first: Tensor, *rest: Any, **named: Any) -> Any:
        return function(first.clone(), *rest, **named)

    return on_a_copy, kwargs
