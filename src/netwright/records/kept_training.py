"""What a finished training cost, kept beside its weights for candidates that are made of it without training."""

from netwright.records.record import Record


class KeptTraining(Record):
    """What one training used.

    Args:
        seconds: Wall time of the training.
        cpu_seconds: Processor time over all threads of the training.
        peak_memory: Largest resident memory of the training process, in bytes.
        memory_before: Resident memory when the training began, in bytes; None where nobody looked.
        peak_before: Largest resident memory before the training began, in bytes.
    """

    seconds: float
    cpu_seconds: float
    peak_memory: float
    memory_before: float | None = None
    peak_before: float | None = None
