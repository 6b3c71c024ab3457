"""The charges of several families in one vector, so that a slice that they share is reduced once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor

from netwright.dynamics.family import Family, Floats, Tensors
from netwright.dynamics.slice_family import SliceFamily

Names = frozenset[str]


@dataclass(frozen=True, eq=False)
class Reduced:
    """Products of two sets of values, reduced as far as the parameters' device goes without being waited for.

    Args:
        slices: Sums over all slices, (slices,), float64; nothing where all of them are 0.
        whole: Charges of the families that are not cut in slices, (parts, their charges).
    """

    slices: Tensor | None
    whole: Floats


class ChargeMap:
    """The charges of some families, all linear or all quadratic, one after the other.

    Families of slices come first in the vector: their charges are one sparse matrix times the sums over slices.

    Args:
        families: In any order.
        sizes: Elements of every parameter that they move, by name.
    """

    def __init__(self, families: Sequence[Family], sizes: Mapping[str, int]) -> None:
        self.sizes = dict(sizes)
        self.cut = [family for family in families if isinstance(family, SliceFamily)]
        self.uncut = [family for family in families if not isinstance(family, SliceFamily)]
        self.slicings = tuple(dict.fromkeys(cut.simplest for family in self.cut for cut in family.slicings))
        self.names = tuple(dict.fromkeys(name for family in families for name in family.symmetry.parameters))
        self.weights, self.count = self._weigh_slices(), sum(family.symmetry.count for family in families)
        owners = {name: at for at, name in enumerate(self.names)}
        counts = [slicing.count for slicing in self.slicings]
        self._owners = np.repeat(np.array([owners[s.parameter] for s in self.slicings], dtype=np.int32), counts)
        self._inside = np.repeat([prod(s.view) / max(1, s.count) for s in self.slicings], counts)

    def order(self, families: Sequence[Family]) -> list[slice]:
        """Return where the charges of each of the families lie in the vector."""
        ends = np.cumsum([family.symmetry.count for family in [*self.cut, *self.uncut]]).tolist()
        at = {id(f): slice(end - f.symmetry.count, end) for f, end in zip([*self.cut, *self.uncut], ends, strict=True)}
        return [at[id(family)] for family in families]

    def reduce(
        self, left: Tensors, right: Tensors, parts: Sequence[Names], precision: torch.dtype = torch.float64
    ) -> Reduced:
        """Return the products of two sets of values over slices, to be weighed later.

        Args:
            left: By name; what is missing counts as 0.
            right: The same.
            parts: Disjoint sets of names.
            precision: In what elements are multiplied, at least that of the values.

        Returns:
            What `weigh` makes <left, D right> of.
        """
        pieces = [
            slicing.products(left[slicing.parameter], right[slicing.parameter], precision)
            if slicing.parameter in left and slicing.parameter in right
            else None
            for slicing in self.slicings
        ]
        return Reduced(self._joined(pieces), self._whole("between", left, right, parts))

    def reduce_sums(self, values: Tensors, parts: Sequence[Names]) -> Reduced:
        """Return the sums of values over slices, to be weighed later; the arguments are those of `reduce`."""
        pieces = [s.sums(values[s.parameter]) if s.parameter in values else None for s in self.slicings]
        return Reduced(self._joined(pieces), self._whole("along", values, values, parts))

    def weigh(self, reduced: Reduced, parts: Sequence[Names]) -> Floats:
        """Return the share of every part in every charge: (parts, count)."""
        if reduced.slices is None:
            cut = np.zeros((len(parts), self.weights.shape[0]))
        else:
            sums = reduced.slices.cpu().numpy()
            cut = np.stack([self.weights @ (sums if len(parts) == 1 else sums * self._held(part)) for part in parts])
        return np.concatenate([cut, reduced.whole], axis=1)

    def magnitude(self, squares: Reduced, values: Tensors) -> Floats:
        """Return what errors of the charges are divided by, Q1 + Q2 or |a| |theta_A|: (count,).

        Args:
            squares: The values reduced with themselves, in whichever parts.
            values: By name.

        Returns:
            As `magnitude` of each family.
        """
        sums = np.zeros(len(self._owners)) if squares.slices is None else squares.slices.cpu().numpy()
        if any(family.linear for family in self.cut):
            cut = np.sqrt((self.weights.power(2) @ self._inside) * (self._touching() @ sums))
        else:
            cut = abs(self.weights) @ sums
        return np.concatenate([cut, *(family.magnitude(values) for family in self.uncut)])

    def elements(self, part: Names) -> Floats:
        """Return how many elements of a part every charge moves: (count,)."""
        whole = [
            np.full(family.symmetry.count, float(sum(self.sizes[n] for n in family.symmetry.parameters if n in part)))
            for family in self.uncut
        ]
        return np.concatenate([self._touching() @ (self._inside * self._held(part)), *whole])

    def movers(self, charges: NDArray[np.bool_]) -> Names:
        """Return the names of all parameters that some charges, marked by True, move."""
        slices = self._touching().T @ charges[: self.weights.shape[0]].astype(np.float64)
        names = {self.names[at] for at in np.unique(self._owners[slices > 0]).tolist()}
        for family, span in zip(self.uncut, self.order(self.uncut), strict=True):
            names.update(family.symmetry.parameters if charges[span].any() else ())
        return frozenset(names)

    def _weigh_slices(self) -> sparse.csr_array:
        starts = np.cumsum([0, *(slicing.count for slicing in self.slicings)])
        place = {slicing: np.arange(a, b) for slicing, a, b in zip(self.slicings, starts, starts[1:], strict=False)}
        blocks = []
        for family in self.cut:
            columns = np.concatenate([place[slicing.simplest] for slicing in family.slicings])
            entries = family.weights.tocoo()
            at = (entries.row, columns[entries.col])
            blocks.append(sparse.coo_array((entries.data, at), shape=(family.weights.shape[0], starts[-1])))
        return sparse.csr_array(sparse.vstack(blocks)) if blocks else sparse.csr_array((0, 0))

    def _touching(self) -> sparse.csr_array:
        return (self.weights != 0).astype(np.float64)

    def _held(self, part: Names) -> Floats:
        held = np.array([float(name in part) for name in self.names])
        return held[self._owners]

    def _joined(self, pieces: list[Tensor | None]) -> Tensor | None:
        known = [piece for piece in pieces if piece is not None]
        if not known:
            return None
        return torch.cat(
            [
                known[0].new_zeros(slicing.count) if piece is None else piece.to(known[0].device)
                for slicing, piece in zip(self.slicings, pieces, strict=True)
            ]
        )

    def _whole(self, method: str, left: Tensors, right: Tensors, parts: Sequence[Names]) -> Floats:
        rows = [[_held_product(family, method, left, right, part) for family in self.uncut] for part in parts]
        return np.stack([np.concatenate([*row, np.zeros(0)]) for row in rows])


def _held_product(family: Family, method: str, left: Tensors, right: Tensors, part: Names) -> Floats:
    """Return a family's charge, only the parameters in a part counting."""
    one = {name: left[name] for name in family.symmetry.parameters if name in part and name in left}
    if method == "along":
        return family.along(one)
    if left is right:
        return family.between(one, one)
    return family.between(one, {name: right[name] for name in one if name in right})
