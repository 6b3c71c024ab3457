"""What a training takes."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.training_time",
        moment="trial",
        standard=True,
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
        moment="trial",
        standard=True,
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
    Instrument(
        "netwright.qualities.training_memory",
        moment="trial",
        standard=True,
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
        "netwright.qualities.model_memory",
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="model_memory",
                title="Training memory, model",
                unit="B",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Growth of the training process beyond what it held when the training began.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.incremental",
        moment="trial",
        standard=False,
        qualities=(
            Quality(
                name="incremental",
                title="Incremental training",
                unit="ratio",
                direction="higher",
                smallest_difference=0.02,
                relative=True,
                definition="Accuracy after training on half of the data and then on the other half alone, as a share "
                "of that after training on all at once.",
            ),
        ),
    ),
)
