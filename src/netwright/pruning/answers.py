"""What a model answers: a distribution over labels a text, or over the next token at every real token."""

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError
from netwright.structure.call import call
from netwright.structure.transformer.stream import Batch, real_tokens


def answers_of(model: nn.Module, batch: Batch) -> Tensor:
    """Return the log probabilities of a model's answers.

    Args:
        model: Its output has `logits`, or is them, (N, K) of a classifier, (N, T, K) where every token has an answer.
        batch: Its keyword arguments.

    Returns:
        float64 (answers, K): one answer a text, or one a real token.

    Raises:
        ModelError: The model has no such output.
    """
    logits = _logits(model, batch)
    if logits.dim() == 3:
        logits = logits[real_tokens(batch, logits)]
    return logits.double().log_softmax(-1)


def _logits(model: nn.Module, batch: Batch) -> Tensor:
    output = call(model, batch)
    logits = getattr(output, "logits", output)
    if not isinstance(logits, Tensor) or logits.dim() not in (2, 3) or logits.shape[-1] < 2:
        found = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ModelError(
            f"{type(model).__name__} answers with {found}; its answers can be compared where it gives logits "
            "(texts, labels) or (texts, tokens, words): hand in the model with its head"
        )
    return logits


def label_count(model: nn.Module, batch: Batch) -> int | None:
    """Return how many labels a classifier of texts tells apart.

    Args:
        model: As `answers_of` takes it.
        batch: Its keyword arguments.

    Returns:
        K; None of a model that answers at every token.
    """
    with torch.inference_mode():
        logits = _logits(model, batch)
    return int(logits.shape[1]) if logits.dim() == 2 else None


def divergence(reference: Tensor, other: Tensor) -> Tensor:
    """Return KL(reference || other) of each answer, in nats.

    Args:
        reference: Log probabilities, (answers, K).
        other: The same of another model.

    Returns:
        (answers,), never below 0.

    >>> even, sure = torch.tensor([[0.5, 0.5]]).log(), torch.tensor([[0.25, 0.75]]).log()
    >>> round(divergence(even, sure).item(), 4)
    0.1438
    """
    return (reference.exp() * (reference - other)).sum(-1).clamp_min(0)
