"""How fast a model answers."""

from netwright.qualities.instrument import Instrument
from netwright.records.quality import Quality

INSTRUMENTS = (
    Instrument(
        "netwright.qualities.latency",
        moment="alone",
        standard=True,
        qualities=(
            Quality(
                name="latency.p50",
                title="Latency, p50",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that half of the calls on one sample stay within, warm, on the stated threads.",
            ),
            Quality(
                name="latency.p99",
                title="Latency, p99",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that 99% of the calls on one sample stay within, warm, on the stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.frame_latency",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="latency.frame.p50",
                title="Latency of a frame, p50",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that half of the calls on one clip stay within, divided by its frames, warm, on the "
                "stated threads.",
            ),
            Quality(
                name="latency.frame.p99",
                title="Latency of a frame, p99",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that 99% of the calls on one clip stay within, divided by its frames, warm, on the "
                "stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.stream",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="stream.state",
                title="State of a stream",
                unit="B",
                direction="lower",
                smallest_difference=0.05,
                relative=True,
                definition="Largest memory that a video keeps between two steps, run frame by frame.",
            ),
            Quality(
                name="latency.stream.p50",
                title="Latency of a step, p50",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that half of the steps of one frame stay within, run frame by frame, on the stated "
                "threads.",
            ),
            Quality(
                name="latency.stream.p99",
                title="Latency of a step, p99",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that 99% of the steps of one frame stay within, run frame by frame, on the stated "
                "threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.batch_latency",
        moment="alone",
        standard=False,
        qualities=(
            Quality(
                name="batch_latency.p50",
                title="Latency of a batch, p50",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that half of the calls on 64 samples at once stay within, warm, on the stated "
                "threads.",
            ),
            Quality(
                name="batch_latency.p99",
                title="Latency of a batch, p99",
                unit="s",
                direction="lower",
                smallest_difference=0.1,
                relative=True,
                definition="Time that 99% of the calls on 64 samples at once stay within, warm, on the stated threads.",
            ),
        ),
    ),
    Instrument(
        "netwright.qualities.throughput",
        moment="alone",
        standard=True,
        qualities=(
            Quality(
                name="throughput",
                title="Throughput",
                unit="1/s",
                direction="higher",
                smallest_difference=0.1,
                relative=True,
                definition="Samples a second in batches of 64, median over batches, warm, on the stated threads.",
            ),
        ),
    ),
)
