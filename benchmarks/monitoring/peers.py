"""What the drift monitor is compared with: river's detectors, and Evidently's report on windows."""

import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from streams import Rows

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.monitoring.drift.river_detector import RiverDetector
from netwright.records.reference import Reference

LEVEL = 0.01
PEERS: dict[str, Callable[[Reference], RiverDetector]] = {
    "river ADWIN": lambda reference: RiverDetector("ADWIN", reference),
    "river ADWIN, delta 0.01/F": lambda reference: RiverDetector("ADWIN", reference, {"delta": _share(reference)}),
    "river PageHinkley": lambda reference: RiverDetector("PageHinkley", reference),
    "river KSWIN": lambda reference: RiverDetector("KSWIN", reference),
    "river KSWIN, alpha 0.01/F": lambda reference: RiverDetector("KSWIN", reference, {"alpha": _share(reference)}),
}


def _share(reference: Reference) -> float:
    return LEVEL / (len(reference.features) + 1)


def first_ring(detector: DriftMonitor | RiverDetector, rows: Rows, batch: int) -> int | None:
    """The rows that had been seen when the detector first rang; None where it did not."""
    for start in range(0, len(rows.numbers), batch):
        part = rows.take(slice(start, start + batch))
        rings = detector.observe(part.numbers, part.predicted)
        if rings:
            return rings[0].row
    return None


def evidently_rings(python: str, reference: Rows, rows: Rows, window: int) -> list[bool]:
    """Whether Evidently's defaults see drift in each window of rows."""
    whole = len(rows.numbers) - len(rows.numbers) % window
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "arrays.npz")
        np.savez(
            path,
            reference=reference.numbers,
            reference_classes=reference.predicted,
            numbers=rows.numbers[:whole].reshape(-1, window, rows.numbers.shape[1]),
            classes=rows.predicted[:whole].reshape(-1, window),
        )
        program = Path(__file__).with_name("evidently_windows.py")
        done = subprocess.run([python, str(program), str(path)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
