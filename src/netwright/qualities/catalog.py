"""Every instrument with the qualities it measures; read without torch, which an instrument loads when it is used."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from netwright.records.errors import InputError, nearest
from netwright.records.measurement import Measurement
from netwright.records.quality import Quality

if TYPE_CHECKING:
    from netwright.qualities.evidence import Evidence


@dataclass(frozen=True)
class Instrument:
    """A module that measures one or more qualities.

    Args:
        module: Dotted name of a module with `measure(evidence) -> tuple[Measurement, ...]`.
        alone: Whether nothing else may run while it measures.
        qualities: What it measures, in the order in which `measure` returns it.
    """

    module: str
    alone: bool
    qualities: tuple[Quality, ...]


INSTRUMENTS: tuple[Instrument, ...] = (
    Instrument(
        "netwright.qualities.accuracy",
        alone=False,
        qualities=(
            Quality(
                name="accuracy",
                title="Accuracy",
                unit="ratio",
                direction="higher",
                smallest_difference=0.005,
                definition="Share of test images whose most probable class is the true one.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.macro_f1",
        alone=False,
        qualities=(
            Quality(
                name="macro_f1",
                title="Macro F1",
                unit="ratio",
                direction="higher",
                smallest_difference=0.005,
                definition="Harmonic mean of precision and recall of each class, averaged over the classes.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.calibration",
        alone=False,
        qualities=(
            Quality(
                name="calibration_error",
                title="Calibration error",
                unit="ratio",
                direction="lower",
                smallest_difference=0.01,
                definition="Mean gap between confidence and accuracy over 15 bins of confidence (ECE).",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.brier",
        alone=False,
        qualities=(
            Quality(
                name="brier",
                title="Brier score",
                unit="ratio",
                direction="lower",
                smallest_difference=0.005,
                definition="Squared distance from predicted probabilities to the truth, summed over classes, "
                "averaged over test images.",
                highest=2.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.latency",
        alone=True,
        qualities=(
            Quality(
                name="latency.p50",
                title="Latency, p50",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that half of the calls on one image stay within, warm, on the stated threads.",
            ),
            Quality(
                name="latency.p99",
                title="Latency, p99",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that 99% of the calls on one image stay within, warm, on the stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.throughput",
        alone=True,
        qualities=(
            Quality(
                name="throughput",
                title="Throughput",
                unit="1/s",
                direction="higher",
                smallest_difference=0.1,
                relative=True,
                definition="Images a second in batches of 64, median over batches, warm, on the stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.training_memory",
        alone=False,
        qualities=(
            Quality(
                name="training_memory",
                title="Training memory",
                unit="B",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Largest resident memory of the training process: interpreter, libraries, data and model.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.size",
        alone=False,
        qualities=(
            Quality(
                name="size",
                title="Size on disk",
                unit="B",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Bytes of the weights as a safetensors file.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.parameters",
        alone=False,
        qualities=(
            Quality(
                name="parameters",
                title="Parameters",
                unit="count",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Numbers in the model's parameters, shared ones once; of a model without any, in its state.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.flops",
        alone=False,
        qualities=(
            Quality(
                name="flops",
                title="FLOPs",
                unit="FLOP",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Floating-point operations of matrix products and convolutions on one image; "
                "one multiply-add is 2.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.training_time",
        alone=False,
        qualities=(
            Quality(
                name="training_time",
                title="Training time",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Wall time of the training, on the stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.cpu_seconds",
        alone=False,
        qualities=(
            Quality(
                name="cpu_seconds",
                title="CPU-seconds",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Processor time of the training, summed over threads.",
            ),
        ),
    ),
)
"""Every instrument; adding one is a module of its own and an entry here."""

QUALITIES: tuple[Quality, ...] = tuple(quality for instrument in INSTRUMENTS for quality in instrument.qualities)
"""Every quality, in the order of reports."""


def find_quality(name: str) -> Quality:
    """Return the quality of a name.

    Args:
        name: Such as `latency.p99`.

    Returns:
        Its record.

    Raises:
        InputError: There is none of that name; the message names the nearest.

    >>> find_quality("latency.p99").unit
    's'
    """
    for quality in QUALITIES:
        if quality.name == name:
            return quality
    known = [quality.name for quality in QUALITIES]
    raise InputError(f"there is no quality {name!r}. {nearest(name, known)}")


def measure_all(evidence: "Evidence", alone: bool) -> tuple[Measurement, ...]:
    """Return everything that one group of instruments measures on a trained model.

    Args:
        evidence: The model, its predictions and its training cost.
        alone: True for the instruments that need a machine on which nothing else runs, False for the others.

    Returns:
        The measurements, in the order of the catalog.
    """
    chosen = [instrument for instrument in INSTRUMENTS if instrument.alone == alone]
    return tuple(found for instrument in chosen for found in import_module(instrument.module).measure(evidence))
