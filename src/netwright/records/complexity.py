"""How complex a model is: said before it is trained, and checked afterwards."""

from math import isfinite

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity


class Complexity(Record):
    """What a model costs by its structure, at one image and at one training step; NaN where that cannot be said.

    Args:
        parameters: Numbers in its parameters, shared ones once.
        flops: Floating-point operations of one image's forward pass; one multiply-add is 2.
        activations: Numbers that its modules put out for one image.
        training_memory: Bytes by which training makes a process grow that holds interpreter, libraries, data and the
            fresh model.
        uncounted: Operations that no FLOPs were counted for, each with how often it ran, such as `relu (3)`.
        notes: What a reader must know, such as what cannot be said before training.
    """

    parameters: float
    flops: float
    activations: float
    training_memory: float
    uncounted: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class ComplexityCheck(Record):
    """The complexity that was predicted before training beside what was measured.

    Args:
        candidate: The candidate.
        predicted: From the model's structure alone, before any training; NaN in what it does not tell.
        measured: From trained models, NaN in what was not measured; None where nothing was.
    """

    candidate: str
    predicted: Complexity
    measured: Complexity | None = None

    def errors(self) -> dict[str, float]:
        """Return predicted/measured - 1 of every figure that was predicted, measured and is not 0.

        >>> said = Complexity(parameters=10, flops=20, activations=5, training_memory=110)
        >>> seen = Complexity(parameters=10, flops=20, activations=5, training_memory=100)
        >>> check = ComplexityCheck(candidate="a", predicted=said, measured=seen)
        >>> {name: round(error, 3) for name, error in check.errors().items()}
        {'parameters': 0.0, 'flops': 0.0, 'activations': 0.0, 'training_memory': 0.1}
        """
        if self.measured is None:
            return {}
        pairs = {name: (getattr(self.predicted, name), getattr(self.measured, name)) for name in COMPLEXITY_UNITS}
        known = {name: pair for name, pair in pairs.items() if all(map(isfinite, pair)) and pair[1]}
        return {name: said / seen - 1 for name, (said, seen) in known.items()}

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a figure: predicted, measured, error."""
        errors = self.errors()
        rows: Rows = []
        for name, unit in COMPLEXITY_UNITS.items():
            said = getattr(self.predicted, name)
            seen = float("nan") if self.measured is None else getattr(self.measured, name)
            before = format_quantity(said, unit) if isfinite(said) else "not known before"
            after = format_quantity(seen, unit) if isfinite(seen) else "not measured"
            rows.append((name, before, after, f"{errors[name]:+.1%}" if name in errors else ""))
        return ("figure", "predicted", "measured", "error"), rows


COMPLEXITY_UNITS = {"parameters": "count", "flops": "FLOP", "activations": "count", "training_memory": "B"}
"""Each figure of a complexity with its dimension."""
