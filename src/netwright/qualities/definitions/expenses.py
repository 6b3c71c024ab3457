"""What training and predicting use up."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.training_energy",
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="energy.training",
                title="Energy, training",
                unit="J",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Processor time of the training times the power of a core, measured where a counter can be "
                "read, else estimated.",
            ),
            Quality(
                name="co2.training",
                title="CO2, training",
                unit="kg",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Energy of the training times the emissions a kilowatt-hour that the scenario states.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.prediction_energy",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="energy.predictions",
                title="Energy, million predictions",
                unit="J",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Processor time of a million predictions in batches of 64 times the power of a core, "
                "measured where a counter can be read, else estimated.",
            ),
            Quality(
                name="co2.predictions",
                title="CO2, million predictions",
                unit="kg",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Energy of a million predictions times the emissions a kilowatt-hour that the scenario "
                "states.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.prediction_cost",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="cost.predictions",
                title="Cost, million predictions",
                unit="$",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Price of the cores that a million predictions in batches of 64 hold, at the rate that the "
                "scenario states.",
            ),
        ),
    ),
)
