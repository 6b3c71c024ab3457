"""What a run of batch prediction did."""

from netwright.records.record import Record, Rows


class PredictSummary(Record):
    """What a run of batch prediction did.

    Args:
        out: The file of the predictions.
        rows: In it.
        rejected: Samples that have no prediction.
        rejects: The file that lists them; None where all have one.
        resumed: Samples that an earlier run had dealt with.
        model: The candidate that answered.
        version: Of its package.
        engine: What computed: `onnx` or `torch`.
        seconds: That this run took, without opening the package.
    """

    out: str
    rows: int
    rejected: int
    rejects: str | None
    resumed: int
    model: str
    version: str
    engine: str
    seconds: float

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a fact."""
        fresh = self.rows + self.rejected - self.resumed
        rate = f"{fresh / self.seconds:.4g} samples/s" if fresh and self.seconds > 0 else "nothing was left to do"
        rows: Rows = [
            ("predictions", str(self.rows)),
            ("model", f"{self.model} ({self.engine}), package {self.version}"),
            ("this run", f"{self.seconds:.3g} s, {rate}"),
        ]
        rows += [("from an earlier run", f"{self.resumed} samples")] if self.resumed else []
        rows += [("without a prediction", f"{self.rejected}, listed in {self.rejects}")] if self.rejected else []
        return ("written", self.out), rows
