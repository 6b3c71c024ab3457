"""Labels that came later, and labelled samples of production as data: what became of them."""

from netwright.records.record import Record, Rows


class EnteredLabels(Record):
    """What became of the labels of a file.

    Args:
        entered: Labels that are new in the telemetry.
        corrected: Those of them that say something else than an earlier one of the same sample.
        repeated: Labels that were known already, word for word.
        unknown: Labels whose sample is not in the telemetry; they were left out.
        examples: The first of these, with their lines.
        from_model: Those entered that are a model's own predictions.
    """

    entered: int
    corrected: int
    repeated: int
    unknown: int
    examples: tuple[str, ...] = ()
    from_model: int = 0

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a kind of label."""
        rows: Rows = [
            ("entered", f"{self.entered:,}", f"{self.corrected:,} of them correct an earlier one"),
            ("known already", f"{self.repeated:,}", ""),
            ("unknown samples", f"{self.unknown:,}", "; ".join(self.examples)),
        ]
        if self.from_model:
            rows.append(("from a model", f"{self.from_model:,}", "they do not count as truth"))
        return ("labels", "n", "detail"), rows


class ExportedSamples(Record):
    """Labelled samples of production as the next study's data.

    Args:
        address: How a scenario names them.
        folder: Where they are.
        train: Training samples.
        test: Test samples; each has a label by a person or an outcome.
        from_model: Training samples whose label is a model's own prediction.
        classes: Class -> samples.
        notes: What a reader must know.
    """

    address: str
    folder: str
    train: int
    test: int
    from_model: int
    classes: dict[str, int]
    notes: tuple[str, ...] = ()

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a fact."""
        rows: Rows = [
            ("data", self.address),
            ("training samples", f"{self.train:,}"),
            ("of these from a model", f"{self.from_model:,}"),
            ("test samples", f"{self.test:,}"),
            *((f"class {name}", f"{n:,}") for name, n in self.classes.items()),
            *(("note", note) for note in self.notes),
        ]
        return ("what", "value"), rows


class FeedbackShare(Record):
    """How much of a training set came from a model's own predictions.

    Args:
        rows: Training rows.
        from_model: Those whose label is a model's own prediction.
    """

    rows: int
    from_model: int

    @property
    def share(self) -> float:
        """The share, 0 where there are no rows."""
        return self.from_model / self.rows if self.rows else 0.0
