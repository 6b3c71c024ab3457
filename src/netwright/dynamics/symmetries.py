"""The symmetries of one network: a sequence of families that prints as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from netwright.dynamics.family import Family
from netwright.dynamics.shear import Shear
from netwright.records.symmetry import Absence, Symmetry, SymmetryTable


@dataclass(frozen=True, eq=False)
class Symmetries(Sequence[Family]):
    """The families of symmetries of one network under one loss; a table when printed.

    Args:
        families: Those that have charges, in the order of the network.
        record: All families, those that only constrain included, and what is absent and why.
        shears: Families that have no charge.
    """

    families: tuple[Family, ...]
    record: SymmetryTable
    shears: tuple[Shear, ...] = ()

    @property
    def absent(self) -> tuple[Absence, ...]:
        """Where a symmetry might be expected and is not, and why."""
        return self.record.absent

    def of_kind(self, *kinds: str) -> "Symmetries":
        """Return the families of some kinds alone, as in `symmetries.of_kind("scale", "translation")`."""
        kept = tuple(family for family in self.families if family.symmetry.kind in kinds)
        rows: tuple[Symmetry, ...] = tuple(row for row in self.record.symmetries if row.kind in kinds)
        absent = tuple(row for row in self.record.absent if row.kind in kinds)
        shears = self.shears if "shear" in kinds else ()
        return Symmetries(kept, self.record.model_copy(update={"symmetries": rows, "absent": absent}), shears)

    @overload
    def __getitem__(self, at: int) -> Family: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Family]: ...
    def __getitem__(self, at: int | slice) -> Family | Sequence[Family]:
        return self.families[at]

    def __len__(self) -> int:
        return len(self.families)

    def __iter__(self) -> Iterator[Family]:
        return iter(self.families)

    def __str__(self) -> str:
        return str(self.record)

    def _repr_html_(self) -> str:
        return self.record._repr_html_()
