"""What is still right when inputs are spoilt, by accident or on purpose."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.corruptions",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="robustness.corruptions",
                title="Accuracy, corrupted",
                unit="ratio",
                direction="higher",
                smallest_difference=0.01,
                definition="Accuracy on test images with noise, blur, less contrast, more brightness or a grey square, "
                "averaged over the five.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.fgsm",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="robustness.fgsm",
                title="Accuracy under FGSM",
                unit="ratio",
                direction="higher",
                smallest_difference=0.01,
                definition="Accuracy on test samples changed by one step of 0.125 in input units up the slope of the "
                "loss.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.pgd",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="robustness.pgd",
                title="Accuracy under PGD",
                unit="ratio",
                direction="higher",
                smallest_difference=0.01,
                definition="Share of test samples that 10 steps up the slope of the loss, within 0.125 in input units, "
                "never turn wrong.",
                highest=1.0,
            ),
        ),
    ),
)
