"""The same trained model under different ways to run it: which run, how fast, how equal."""

from netwright.records.record import Record, Rows
from netwright.records.units import format_quantity


class BackendRun(Record):
    """One model under one backend.

    Args:
        candidate: The candidate.
        backend: `eager`, `compile` or `onnx`.
        device: The device, such as `cpu`.
        threads: Threads that the backend was allowed.
        runs: Whether it ran.
        detail: Why it did not run, or what a reader must know.
        seconds: Median time of one call on one image; NaN where it did not run.
        low: Lower end of the 90% interval of that median.
        high: Upper end.
        n: How many calls were timed.
        setup_seconds: Time to compile or export, before the first timed call.
        difference: Largest difference of a probability from eager on one thread, over `images` images.
        agreement: Share of those images that get the same class as from eager on one thread.
        images: How many images were compared.
    """

    candidate: str
    backend: str
    device: str = "cpu"
    threads: int = 1
    runs: bool
    detail: str = ""
    seconds: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0
    setup_seconds: float = 0.0
    difference: float = float("nan")
    agreement: float = float("nan")
    images: int = 0

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row: candidate, backend, device, threads, time, equality."""
        median, low, high = (format_quantity(x, "s") for x in (self.seconds, self.low, self.high))
        equal = f"{self.agreement:.1%} same class, probabilities within {self.difference:.1e}"
        told = (f"{median} ({low} to {high})", equal) if self.runs else ("does not run", self.detail)
        header = ("candidate", "backend", "device", "threads", "one image", "equality")
        return header, [(self.candidate, self.backend, self.device, str(self.threads), *told)]
