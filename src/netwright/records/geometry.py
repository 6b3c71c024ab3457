"""How far a network's gradient and Hessian are from what its symmetries demand."""

from netwright.records.record import Record, Rows
from netwright.records.symmetry import SymmetryKind


class Residual(Record):
    """One constraint, checked for all generators of one family.

    Args:
        kind: Of the symmetry.
        place: The layers that it joins.
        formula: The constraint, as in `<g, v> = 0`.
        generators: How many generators were checked.
        value: Largest relative residual over them.
        tolerance: Up to which it counts as zero at this precision.
        predicted: The defect that theory predicts where the symmetry is inexact, in the same unit; nothing elsewhere.
    """

    kind: SymmetryKind
    place: str
    formula: str
    generators: int
    value: float
    tolerance: float
    predicted: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the residual is within its tolerance."""
        return self.value <= self.tolerance


class Geometry(Record):
    """All constraints that a network's symmetries put on its gradient and Hessian.

    Args:
        residuals: One entry a family and formula.
        dtype: Precision in which they were computed.
    """

    residuals: tuple[Residual, ...]
    dtype: str

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a family and formula."""
        header = ("kind", "place", "constraint", "generators", "residual", "tolerance", "holds")
        rows: Rows = [
            (
                r.kind,
                r.place,
                r.formula,
                str(r.generators),
                f"{r.value:.1e}",
                f"{r.tolerance:.0e}",
                "yes" if r.holds else "no",
            )
            for r in self.residuals
        ]
        return header, rows
