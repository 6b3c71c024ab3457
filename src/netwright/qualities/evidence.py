"""What the instruments look at: a trained model, its predictions, and what its training cost."""

from dataclasses import dataclass

from torch import Tensor, nn

from netwright.records.measurement import Conditions


@dataclass(frozen=True)
class TrainingCost:
    """What one training used.

    Args:
        seconds: Wall time of the training.
        cpu_seconds: Processor time over all threads of the training.
        peak_memory: Largest resident memory of the training process, in bytes.
    """

    seconds: float
    cpu_seconds: float
    peak_memory: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """One trained model with all that an instrument may ask for.

    Args:
        model: The trained model; instruments leave its mode and its state as they found them.
        probabilities: Predicted probabilities on the test images, (N, K).
        labels: True classes of the test images, (N,).
        inputs: Model inputs to run the model on, (at least 64, C, H, W), float32.
        training: What the training cost.
        conditions: The circumstances that every measurement states.
    """

    model: nn.Module
    probabilities: Tensor
    labels: Tensor
    inputs: Tensor
    training: TrainingCost
    conditions: Conditions
