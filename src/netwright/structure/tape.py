"""The record of one forward pass: which operation made which value from which."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from torch import Tensor

Origin = Literal["parameter", "buffer", "input", "constant", "computed"]


@dataclass(eq=False)
class Value:
    """A tensor of a forward pass.

    Args:
        origin: Where it comes from. A constant was made without any parameter or input.
        tensor: What it held.
        name: Of a parameter or buffer, its first name in the model; of an input, its place in the example.
        maker: The operation that made it, where it is computed.
        users: The operations that read it, in order.
        shape: Its shape when it was made.
    """

    origin: Origin
    tensor: Tensor
    name: str = ""
    maker: "Operation | None" = None
    users: "list[Operation]" = field(default_factory=list)
    shape: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        # of the moment: a later operation may reshape the tensor in place
        self.shape = tuple(self.tensor.shape)


@dataclass(eq=False)
class Operation:
    """One call of a torch function.

    Args:
        name: The function's plain name, the same for `torch.relu`, `functional.relu`, `x.relu_()`; "untraced" where
            values came out of code that torch functions do not show.
        function: The function.
        args: Its positional arguments, with a `Value` for every tensor.
        kwargs: Its keyword arguments, likewise.
        result: What it returned, likewise.
        module: Path of the innermost module that called it; "" at the top.
    """

    name: str
    function: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any
    module: str

    @property
    def inputs(self) -> list[Value]:
        """Its tensors, in the order of its arguments."""
        return list(values_in((self.args, self.kwargs)))

    @property
    def outputs(self) -> list[Value]:
        """The tensors that it returned."""
        return list(values_in(self.result))

    def argument(self, at: int, name: str, default: Any = None) -> Any:
        """Return an argument that may have been given by position or by name.

        Args:
            at: Its position.
            name: Its name.
            default: What it is where it was not given.

        Returns:
            The argument, a `Value` where it is a tensor.
        """
        if len(self.args) > at:
            return self.args[at]
        return self.kwargs.get(name, default)


@dataclass(eq=False)
class Tape:
    """One forward pass, operation by operation.

    Args:
        operations: In the order in which they ran.
        parameters: The parameters that were used, by their first name.
        result: What the pass returned, with a `Value` for every tensor.
    """

    operations: list[Operation]
    parameters: dict[str, Value]
    result: Any


def values_in(structure: Any) -> Iterator[Value]:
    """Yield the values inside nested tuples, lists and dicts, in order.

    >>> import torch
    >>> one = Value("input", torch.zeros(1))
    >>> [value is one for value in values_in(((one, 3), {"a": [one]}))]
    [True, True]
    """
    if isinstance(structure, Value):
        yield structure
    elif isinstance(structure, tuple | list):
        for part in structure:
            yield from values_in(part)
    elif isinstance(structure, dict):
        for part in structure.values():
            yield from values_in(part)
