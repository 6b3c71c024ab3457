"""What a model takes to hold and to run."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.inference_memory",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="inference_memory",
                title="Inference memory",
                unit="B",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Growth of the process at its largest while a batch of 64 runs, beyond model and inputs.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.size",
        moment="trial",
        standard=True,
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
        moment="trial",
        standard=True,
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
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="flops",
                title="FLOPs",
                unit="FLOP",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Floating-point operations of matrix products and convolutions on one sample; one "
                "multiply-add is 2.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.activations",
        moment="trial",
        standard=True,
        qualities=(
            Quality(
                name="activations",
                title="Activations",
                unit="count",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Numbers that the modules without children put out for one sample.",
            ),
        ),
    ),
)
