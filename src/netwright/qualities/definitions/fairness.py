"""Whether groups are treated alike."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.fairness",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="fairness.accuracy_gap",
                title="Fairness gap, accuracy",
                unit="ratio",
                direction="lower",
                smallest_difference=0.01,
                definition="Largest difference in accuracy between the groups of the scenario's group column.",
                highest=1.0,
            ),
            Quality(
                name="fairness.positive_rate_gap",
                title="Fairness gap, positive rate",
                unit="ratio",
                direction="lower",
                smallest_difference=0.01,
                definition="Largest difference between groups in the share that is given the second of two classes.",
                highest=1.0,
            ),
        ),
    ),
)
