"""Recording a forward pass: every torch function that runs becomes an operation of a tape."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map

from netwright.structure.attention import attend_in_steps, attention_arguments, can_attend_in_steps
from netwright.structure.names import plain_name, reads_values, works_in_place
from netwright.structure.tape import Operation, Tape, Value


class Recorder(TorchFunctionMode):
    """While entered, writes down every torch function that touches a parameter, a buffer, an input or what they became.

    Args:
        model: Its parameters, buffers and modules are called by their names.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.tape = Tape([], {}, None)
        self._values: dict[int, Value] = {}
        self._named = {id(buffer): Value("buffer", buffer, name) for name, buffer in model.named_buffers()}
        self._named |= {id(weight): Value("parameter", weight, name) for name, weight in model.named_parameters()}
        self._paths = {id(module): path for path, module in model.named_modules()}
        self._modules: list[tuple[str, list[Value]]] = [("", [])]
        self._sharing: dict[int, list[Value]] = {}

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run one torch function and write it down."""
        kwargs = dict(kwargs or {})
        if func is functional.multi_head_attention_forward:
            arguments = attention_arguments(args, kwargs)
            if can_attend_in_steps(arguments):
                with self:
                    return attend_in_steps(arguments)
        seen = self._seen((args, kwargs)) if reads_values(func) else None
        result = func(*args, **kwargs)
        if seen is not None:
            self._write(plain_name(func), func, seen, result, works_in_place(func, kwargs))
        return result

    def add_input(self, example: Any, name: str = "input") -> None:
        """Take every tensor of an example as an input."""
        for at, tensor in enumerate(leaf for leaf in tree_leaves(example) if isinstance(leaf, Tensor)):
            self._set(tensor, Value("input", tensor, f"{name} {at}"))

    def enter(self, module: nn.Module, args: Any) -> None:
        """Note that a module begins to work on its arguments."""
        path = self._paths.get(id(module), self._modules[-1][0])
        self._modules.append((path, [value for value in self._known(args) if value.origin != "constant"]))

    def leave(self, module: nn.Module, result: Any) -> None:
        """Note that a module has returned; what it made out of sight becomes an operation of its own."""
        path, taken = self._modules.pop()
        hidden = [tensor for tensor in _tensors(result) if self._hidden(tensor)]
        if hidden:
            own = [self._value(weight) for weight in module.parameters()]
            self._append(Operation("untraced", module, (taken, own), {}, [self._new(t) for t in hidden], path))

    def value(self, structure: Any) -> Any:
        """Return a structure with the value of each tensor in its place."""
        return tree_map(lambda leaf: self._value(leaf) if isinstance(leaf, Tensor) else leaf, structure)

    def _seen(self, structure: Any) -> Any:
        """Return the arguments with values for tensors; None where nothing among them matters."""
        hidden = [tensor for tensor in _tensors(structure) if self._hidden(tensor)]
        if hidden:
            path, taken = self._modules[-1]
            made = [value for op in self.tape.operations if op.module == path for value in op.outputs]
            self._append(Operation("untraced", None, (taken + made,), {}, [self._new(t) for t in hidden], path))
        values = self.value(structure)
        matters = any(isinstance(leaf, Value) and leaf.origin != "constant" for leaf in tree_leaves(values))
        return values if matters else None

    def _write(self, name: str, func: Any, seen: Any, result: Any, in_place: bool) -> None:
        args, kwargs = seen
        stale = self._aliases(args[0]) if in_place and args and isinstance(args[0], Value) else []
        target = args[0].tensor if name == "setitem" else result
        made = tree_map(lambda leaf: self._new(leaf) if isinstance(leaf, Tensor) else leaf, target)
        self._append(Operation(name, func, tuple(args), kwargs, made, self._modules[-1][0]))
        for value in stale:
            taken = [value, *([made] if isinstance(made, Value) else [])]
            self._append(Operation("overwritten", func, (taken,), {}, [self._new(value.tensor)], self._modules[-1][0]))

    def _append(self, operation: Operation) -> None:
        for value in operation.outputs:
            value.maker = operation
        for value in dict.fromkeys(operation.inputs):
            value.users.append(operation)
            if value.origin == "parameter":
                self.tape.parameters.setdefault(value.name, value)
        self.tape.operations.append(operation)

    def _aliases(self, value: Value) -> list[Value]:
        """Return the present values of other tensors that live in the memory of one that is overwritten."""
        sharing = self._sharing.get(_memory(value.tensor), [])
        present = [other for other in sharing if self._values.get(id(other.tensor)) is other]
        return [other for other in present if other.tensor is not value.tensor and other.origin != "constant"]

    def _value(self, tensor: Tensor) -> Value:
        known = self._values.get(id(tensor)) or self._named.get(id(tensor))
        return known or self._set(tensor, Value("constant", tensor))

    def _new(self, tensor: Tensor) -> Value:
        return self._set(tensor, Value("computed", tensor))

    def _set(self, tensor: Tensor, value: Value) -> Value:
        self._values[id(tensor)] = value
        self._sharing.setdefault(_memory(tensor), []).append(value)
        return value

    def _known(self, structure: Any) -> list[Value]:
        return [self._value(tensor) for tensor in _tensors(structure)]

    def _hidden(self, tensor: Tensor) -> bool:
        """Return whether a tensor depends on parameters, and no operation that was seen made it."""
        return tensor.requires_grad and id(tensor) not in self._values and id(tensor) not in self._named


def record(model: nn.Module, compute: Callable[[], Any], example: Any) -> Tape:
    """Run a computation with a model and return its tape; the model's buffers and the random state stay as they were.

    Code that torch functions do not show (scripted modules, custom autograd functions) becomes one operation named
    "untraced", a module at a time; everything around it is on the tape all the same.

    Args:
        model: Any module.
        compute: Calls the model; what it returns is the tape's result.
        example: What it calls the model with.

    Returns:
        The tape.

    >>> net = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    >>> x = torch.zeros(2, 3)
    >>> [(op.name, op.module) for op in record(net, lambda: net(x), x).operations]
    [('linear', '0'), ('relu', '1')]
    """
    recorder = Recorder(model)
    recorder.add_input(example)
    buffers = [(buffer, buffer.detach().clone()) for buffer in model.buffers()]
    before = torch.nn.modules.module.register_module_forward_pre_hook(recorder.enter)
    after = torch.nn.modules.module.register_module_forward_hook(
        lambda module, _, result: recorder.leave(module, result)
    )
    try:
        with torch.random.fork_rng(), torch.enable_grad(), recorder:
            result = compute()
    finally:
        before.remove()
        after.remove()
        for buffer, held in buffers:
            buffer.data.copy_(held)
    recorder.tape.result = recorder.value(result)
    return recorder.tape


def _tensors(structure: Any) -> list[Tensor]:
    return [leaf for leaf in tree_leaves(structure) if isinstance(leaf, Tensor)]


def _memory(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)
