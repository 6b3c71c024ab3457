"""How far the probabilities can be trusted."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.calibration",
        moment="trial",
        standard=True,
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
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="brier",
                title="Brier score",
                unit="ratio",
                direction="lower",
                smallest_difference=0.005,
                definition="Squared distance from predicted probabilities to the truth, summed over classes, averaged "
                "over test samples.",
                highest=2.0,
            ),
        ),
    ),
)
