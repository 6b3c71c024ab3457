"""What a model answers when it is not being trained."""

from math import prod

import torch
from torch import Tensor, nn

from netwright.records.errors import CandidateError
from netwright.structure.evaluation_mode import evaluation_mode

MOST_AT_ONCE = 256
NUMBERS_AT_ONCE = 2**22
"""Numbers of a batch of large inputs, such as clips: what a network makes of them meanwhile is many times larger."""


def evaluation_batch(shape: tuple[int, ...]) -> int:
    """Return how many inputs are evaluated at once.

    Args:
        shape: Of one.

    Returns:
        256, or fewer where those hold more than 2^22 numbers; at least 1.

    >>> [evaluation_batch(shape) for shape in ((29,), (3, 32, 32), (3, 16, 32, 32), (3, 16, 112, 112))]
    [256, 256, 85, 6]
    """
    return max(1, min(MOST_AT_ONCE, NUMBERS_AT_ONCE // max(prod(shape), 1)))


def predict_logits(model: nn.Module, inputs: Tensor, batch_size: int | None = None) -> Tensor:
    """Return a model's logits, in evaluation mode and without gradients.

    Args:
        model: Takes (N, ...) and returns (N, K); every module of it gets its mode back.
        inputs: (N, ...), N at least 1.
        batch_size: Samples at once; decides memory, not the answer (up to rounding). None for `evaluation_batch`.

    Returns:
        Logits (N, K).

    Raises:
        CandidateError: The model returns something else than a tensor in evaluation mode.

    >>> model = nn.Sequential(nn.Dropout(0.9), nn.Flatten()).train()
    >>> predict_logits(model, torch.ones(3, 1, 2), batch_size=2).tolist(), model.training
    ([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], True)
    """
    parts, at_once = [], batch_size or evaluation_batch(tuple(inputs.shape[1:]))
    with evaluation_mode(model), torch.inference_mode():
        for part in torch.split(inputs, at_once):
            logits = model(part)
            if not isinstance(logits, Tensor):
                raise CandidateError(
                    f"{type(model).__name__} returned {type(logits).__name__} in evaluation mode, not a tensor of "
                    "logits; return auxiliary outputs in training mode only"
                )
            parts.append(logits)
    # an ordinary tensor: one made in inference mode cannot take part in a gradient later
    return torch.cat(parts).clone()
