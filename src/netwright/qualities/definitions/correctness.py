"""How often the answers are right."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.accuracy",
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="accuracy",
                title="Accuracy",
                unit="ratio",
                direction="higher",
                smallest_difference=0.005,
                definition="Share of test samples whose most probable class is the true one.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.macro_f1",
        moment="trial",
        standard=True,
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
        "netwright.qualities.top_k",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="accuracy.top3",
                title="Top-3 accuracy",
                unit="ratio",
                direction="higher",
                smallest_difference=0.005,
                definition="Share of test samples whose true class is among the 3 most probable.",
                highest=1.0,
            ),
            Quality(
                name="accuracy.top5",
                title="Top-5 accuracy",
                unit="ratio",
                direction="higher",
                smallest_difference=0.005,
                definition="Share of test samples whose true class is among the 5 most probable.",
                highest=1.0,
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.accuracy_per_parameter",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="accuracy.per-parameter",
                title="Accuracy for each million parameters",
                unit="ratio",
                direction="higher",
                smallest_difference=0.02,
                relative=True,
                definition="Accuracy divided by the millions of numbers in the model's parameters.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.average_precision",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="average_precision",
                title="Average precision",
                unit="ratio",
                direction="higher",
                smallest_difference=0.01,
                definition="Area under the precision-recall curve, of the second of two classes, else averaged over "
                "the classes.",
                highest=1.0,
            ),
        ),
    ),
)
