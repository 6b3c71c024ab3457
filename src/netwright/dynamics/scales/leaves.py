"""The scales of parameters: by rows and columns of matrices and kernels, element by element of vectors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from torch import Tensor

from netwright.dynamics.scales.label import Label, Leaf, Term
from netwright.dynamics.scales.system import System
from netwright.dynamics.slicing import Slicing
from netwright.structure.tape import Value


@dataclass
class Leaves:
    """The parameters met so far.

    Args:
        system: Where their variables come from.
        leaves: By the parameter's name.
    """

    system: System
    leaves: dict[str, Leaf] = field(default_factory=dict)

    def leaf(self, value: Value, groups: int = 0) -> Leaf:
        """Return a parameter's leaf; the operation that uses it first shapes it.

        Args:
            value: A parameter.
            groups: Of a convolution's kernel, in how many groups its rows read different columns; 0 of anything else.

        Returns:
            The same leaf at every call.
        """
        if value.name not in self.leaves:
            self.leaves[value.name] = self._made(value, groups)
        return self.leaves[value.name]

    def _made(self, value: Value, groups: int) -> Leaf:
        shape = value.shape
        long = [axis for axis, side in enumerate(shape) if side > 1]
        if groups > 1:
            return self._grouped(value, groups)
        if groups == 1 or len(shape) == 2:
            rows, columns = 0, 1
        elif len(long) < 2:
            return self._vector(value)
        elif len(shape) == len(long) == 3:
            return self._stack(value)
        else:
            rows, columns = long[-2:]
        keep = [(rows,), (columns,)]
        slicings = tuple(Slicing(value.name, shape, axes) for axes in keep)
        variables = tuple(self.system.fresh(slicing.count) for slicing in slicings)
        terms = tuple(Term(_spread(ids, axes, shape)) for ids, axes in zip(variables, keep, strict=True))
        return Leaf(value.name, slicings, variables, terms)

    def _vector(self, value: Value) -> Leaf:
        whole = Slicing(value.name, (value.tensor.numel(),), (0,))
        variables = self.system.fresh(whole.count)
        return Leaf(value.name, (whole,), (variables,), (Term(variables.reshape(value.shape)),), pinned=True)

    def _stack(self, value: Value) -> Leaf:
        keep = [(0, 1), (0, 2)]
        slicings = tuple(Slicing(value.name, value.shape, axes) for axes in keep)
        variables = tuple(self.system.fresh(slicing.count) for slicing in slicings)
        terms = tuple(Term(_spread(ids, axes, value.shape)) for ids, axes in zip(variables, keep, strict=True))
        return Leaf(value.name, slicings, variables, terms)

    def _grouped(self, value: Value, groups: int) -> Leaf:
        first, second, *kernel = value.shape
        view = (groups, first // groups, second, prod(kernel))
        slicings = (Slicing(value.name, view, (0, 1)), Slicing(value.name, view, (0, 2)))
        variables = tuple(self.system.fresh(slicing.count) for slicing in slicings)
        ones = (1,) * len(kernel)
        rows = variables[0].reshape(first, 1, *ones).expand(value.shape)
        columns = variables[1].reshape(groups, second).repeat_interleave(first // groups, 0)
        terms = (Term(rows), Term(columns.reshape(first, second, *ones).expand(value.shape)))
        return Leaf(value.name, slicings, variables, terms)

    def pin(self, label: Label) -> Label:
        """Take away the freedom between the rows and the columns of a parameter that enters other than as a matrix."""
        if label.leaf is not None and not label.leaf.pinned:
            label.leaf.pinned = True
            self.system.demand((Term(label.leaf.anchors),), "")
        return label


def _spread(ids: Tensor, axes: Sequence[int], shape: tuple[int, ...]) -> Tensor:
    """Return variables laid along some axes of a shape and repeated along the others."""
    return ids.reshape([side if axis in axes else 1 for axis, side in enumerate(shape)]).expand(shape)
