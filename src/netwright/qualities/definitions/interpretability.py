"""Whether a person can follow the answers."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.interpretability",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="interpretability.depth",
                title="Depth",
                unit="count",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Comparisons on the longest way through a tree, or layers with weights of a network.",
            ),
            Quality(
                name="interpretability.rules",
                title="Rules",
                unit="count",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Leaves over all trees, each one rule.",
            ),
            Quality(
                name="interpretability.features",
                title="Features used",
                unit="count",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Values of an input that have an effect on the answer.",
            ),
        ),
    ),
)
