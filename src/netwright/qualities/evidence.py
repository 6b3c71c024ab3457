"""What the instruments look at: a trained model, its predictions, and what its training cost."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from netwright.qualities.power_meter import Power
from netwright.qualities.streamed import Stream
from netwright.records.candidate import Candidate
from netwright.records.measurement import Conditions
from netwright.records.scenario import Rates

STANDARD_RATES = Rates()


@dataclass(frozen=True)
class TrainingCost:
    """What one training used.

    Args:
        seconds: Wall time of the training.
        cpu_seconds: Processor time over all threads of the training.
        peak_memory: Largest resident memory of the training process, in bytes.
        memory_before: Resident memory when the training began, with libraries, data and the fresh model, in bytes;
            None where nobody looked.
        peak_before: Largest resident memory of the process before the training began, in bytes.
        power: What a meter saw the training draw; None where no energy counter can be read.
    """

    seconds: float
    cpu_seconds: float
    peak_memory: float
    memory_before: float | None = None
    peak_before: float | None = None
    power: Power | None = None


@dataclass(frozen=True, eq=False)
class Evidence:
    """One trained model with all that an instrument may ask for.

    Args:
        model: The trained model; instruments leave its mode and its state as they found them.
        probabilities: Predicted probabilities on the test samples, (N, K).
        labels: True classes of the test samples, (N,).
        inputs: Model inputs of the test samples, or of the first of them, (M, ...) with M <= N: float32, or uint8 where
            they are bytes of texts or of the frames of videos.
        training: What the training cost.
        conditions: The circumstances that every measurement states.
        groups: The group of each test sample, int64 (N,); None where the data has no column of groups.
        group_names: What each group's number means.
        features: What each value of an input is; empty for all but rows.
        candidate: What the model was built and trained from; None where it came otherwise.
        training_data: Inputs and labels that it was trained on; None where they are not at hand.
        rates: Prices, emissions, and the power of a core where no counter measures it.
        stream: Makes a stream of the model; None where it is none of clips.
    """

    model: nn.Module
    probabilities: Tensor
    labels: Tensor
    inputs: Tensor
    training: TrainingCost
    conditions: Conditions
    groups: Tensor | None = None
    group_names: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    candidate: Candidate | None = None
    training_data: tuple[Tensor, Tensor] | None = None
    rates: Rates = STANDARD_RATES
    stream: Callable[[], Stream] | None = None

    @property
    def device(self) -> str:
        """Kind of the device that the inputs lie on, such as `cpu`."""
        return self.inputs.device.type

    def batch(self, size: int) -> Tensor:
        """Return the first inputs, beginning again from the first where there are fewer than the batch takes.

        Args:
            size: Inputs in the batch.

        Returns:
            (size, ...).
        """
        return self.inputs[torch.arange(size) % len(self.inputs)]

    def sample(self, most: int) -> tuple[Tensor, Tensor]:
        """Return inputs at equal distances, so that data sorted by class is not cut to its first classes.

        Args:
            most: How many at most.

        Returns:
            Inputs (n, ...) and labels (n,), with n = min(most, M): those at floor(i M / n).
        """
        count = min(most, len(self.inputs))
        places = torch.arange(count) * len(self.inputs) // max(count, 1)
        return self.inputs[places], self.labels[places]
