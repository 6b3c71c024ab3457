"""What a model answers when it is not being trained."""

import torch
from torch import Tensor, nn

from netwright.records.errors import CandidateError
from netwright.structure.evaluation_mode import evaluation_mode


def predict_logits(model: nn.Module, inputs: Tensor, batch_size: int = 256) -> Tensor:
    """Return a model's logits, in evaluation mode and without gradients.

    Args:
        model: Takes (N, ...) and returns (N, K); every module of it gets its mode back.
        inputs: (N, ...), N at least 1.
        batch_size: Samples at once; decides memory, not the answer (up to rounding).

    Returns:
        Logits (N, K).

    Raises:
        CandidateError: The model returns something else than a tensor in evaluation mode.

    >>> model = nn.Sequential(nn.Dropout(0.9), nn.Flatten()).train()
    >>> predict_logits(model, torch.ones(3, 1, 2), batch_size=2).tolist(), model.training
    ([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]], True)
    """
    parts = []
    with evaluation_mode(model), torch.inference_mode():
        for part in torch.split(inputs, batch_size):
            logits = model(part)
            if not isinstance(logits, Tensor):
                raise CandidateError(
                    f"{type(model).__name__} returned {type(logits).__name__} in evaluation mode, not a tensor of "
                    "logits; return auxiliary outputs in training mode only"
                )
            parts.append(logits)
    # an ordinary tensor: one made in inference mode cannot take part in a gradient later
    return torch.cat(parts).clone()
