"""What another training would change."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.stability",
        moment="study",
        standard=True,
        qualities=(
            Quality(
                name="stability.spread",
                title="Spread between seeds",
                unit="ratio",
                direction="lower",
                smallest_difference=0.002,
                definition="Standard deviation of accuracy between trainings that differ in their seed alone.",
                highest=1.0,
            ),
            Quality(
                name="stability.churn",
                title="Churn between seeds",
                unit="ratio",
                direction="lower",
                smallest_difference=0.01,
                definition="Share of test samples on which trainings of two seeds answer differently, averaged over "
                "the pairs.",
                highest=1.0,
            ),
        ),
    ),
)
