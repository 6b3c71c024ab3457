"""A network's symmetries, as facts: what there is, how many of each, how exactly, and what is absent and why."""

from typing import Literal

from netwright.records.record import Record, Rows

SymmetryKind = Literal["translation", "scale", "rescale", "general linear", "null", "shear"]


class Symmetry(Record):
    """A family of symmetries of the same kind at one place of a network.

    Its generators are vector fields v(theta) = B theta + c with <g, v> = 0 on every batch.

    Args:
        kind: translation (v constant), scale (v = theta on a part), rescale (v = theta on producers, -theta on
            consumers), general linear (v = X A on producers, -X^T C on consumers), null (a parameter that the loss does
            not see), shear (v = a constant times another parameter).
        place: The layers it joins.
        parameters: Names of the parameters that it moves.
        count: How many charges it has; of a shear, which has none, how many generators.
        conserves: Whether it has a charge: a quadratic or linear form that gradient flow leaves as it is.
        exact: Whether it holds to rounding; otherwise only up to the epsilon of a normalisation.
        residual: Largest |<g, v>| / (|g| |v|) over its generators, in float64, at the model's own parameters.
    """

    kind: SymmetryKind
    place: str
    parameters: tuple[str, ...]
    count: int
    conserves: bool = True
    exact: bool = True
    residual: float = 0.0


class Absence(Record):
    """A place where a symmetry might be expected and is not.

    Args:
        kind: Which kind is absent.
        place: The layer where it was looked for.
        reason: What breaks it, or why it could not be looked for.
    """

    kind: SymmetryKind
    place: str
    reason: str


class SymmetryTable(Record):
    """All symmetries of a network under a loss.

    Args:
        symmetries: One entry a family.
        absent: Where one might be expected and is not.
        loss: The loss under which they hold.
        mode: `train` or `eval`: batch normalisation differs.
    """

    symmetries: tuple[Symmetry, ...]
    absent: tuple[Absence, ...] = ()
    loss: str = ""
    mode: str = "train"

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a family, and then one a place where a family is absent."""
        header = ("kind", "place", "parameters", "count", "exactness")
        rows: Rows = [
            (row.kind, row.place, _listed(row.parameters), str(row.count), _exactness(row)) for row in self.symmetries
        ]
        gone: Rows = [(row.kind, row.place, "", "0", f"absent: {row.reason}") for row in self.absent]
        return header, rows + gone


def _listed(names: tuple[str, ...], most: int = 4) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _exactness(symmetry: Symmetry) -> str:
    word = "exact" if symmetry.exact else "up to epsilon"
    return f"{word} ({symmetry.residual:.0e})" + ("" if symmetry.conserves else ", constrains only")
