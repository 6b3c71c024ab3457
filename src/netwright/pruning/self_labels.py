"""Labels that a model draws from its own answers: gradients that need no labelled texts."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError

MOST_CLASSES = 8
"""Up to here the mean over labels is exact; with more of them one label is drawn for each text."""


def logits_of(output: Any, model: nn.Module) -> Tensor:
    """Return the logits in what a model returned.

    Args:
        output: Something with `logits`, a tensor, or a tuple that has the logits before all other tensors with axes.
        model: The model, for the message.

    Returns:
        (N, K) of a classifier, (N, T, V) of a language model.

    Raises:
        ModelError: There are none.

    >>> logits_of((torch.zeros(2, 3), torch.ones(2, 4, 5)), nn.Identity()).shape
    torch.Size([2, 3])
    """
    found = getattr(output, "logits", None)
    if found is None and isinstance(output, Tensor):
        found = output
    if found is None and isinstance(output, tuple):
        found = next((part for part in output if isinstance(part, Tensor) and part.dim() > 0), None)
    if not isinstance(found, Tensor) or found.dim() not in (2, 3):
        shape = f" of shape {tuple(found.shape)}" if isinstance(found, Tensor) else ""
        raise ModelError(
            f"{type(model).__name__} returned {type(output).__name__}{shape}, not the logits of a classifier (N, K) or "
            "of a language model (N, T, V); hand in the model with its head, such as AutoModelForSequenceClassification"
        )
    return found


def self_losses(logits: Tensor, real: Tensor, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield losses l_1, l_2, ... whose gradients have the moments of a label drawn from the model itself.

    For every text, sum over i of (grad l_i)(grad l_i)^T = E over y ~ p of (grad log p_y)(grad log p_y)^T, the Fisher
    information. A classifier of K classes needs K - 1 losses: drawing a class is a chain of yes-or-no questions, "is it
    class j, given none before?", with s_j the probability of a yes and q_j that the question is asked. One of them adds
    q_j s_j (1 - s_j) times the outer square of the gradient of z_j - log sum exp(z_j+1, ..., z_K). A language model
    draws the next token at every real place; its one loss is the sum of their log probabilities.

    Args:
        logits: (N, K), or (N, T, V) of a language model.
        real: bool (N, T), the real tokens.
        generator: On the CPU; draws the tokens, and the classes where there are more than `MOST_CLASSES`.

    Yields:
        Scalars, the sum over texts; texts do not interact, so its gradient is that of each text by itself.

    Raises:
        ModelError: One number a text: there is no label to draw.

    Source: the chain rule of the Fisher information; Kunstner, Balles, Hennig 2019, section 2, for drawing labels from
    the model.

    >>> z = torch.tensor([[0.0, 0.0]], requires_grad=True)
    >>> losses = self_losses(z, torch.ones(1, 1, dtype=torch.bool), torch.Generator())
    >>> [torch.autograd.grad(loss, z)[0].tolist() for loss in losses]
    [[[0.5, -0.5]]]
    """
    if logits.shape[-1] < 2:
        raise ModelError(
            "the model gives one number for each text, so no label can be drawn from its answers; take a score without "
            "gradients, such as flap"
        )
    if logits.dim() == 3:
        yield _drawn(logits[real.to(logits.device)], generator)
    elif logits.shape[-1] > MOST_CLASSES:
        yield _drawn(logits, generator)
    else:
        yield from _questions(logits)


def _drawn(logits: Tensor, generator: torch.Generator) -> Tensor:
    chances = logits.detach().float().softmax(-1).cpu()
    labels = torch.multinomial(chances, 1, generator=generator).to(logits.device)
    return logits.float().log_softmax(-1).gather(-1, labels).sum()


def _questions(logits: Tensor) -> Iterator[Tensor]:
    values = logits.double() if logits.device.type != "mps" else logits.float()
    chances = values.detach().softmax(-1)
    for at in range(logits.shape[-1] - 1):
        yes = values.detach()[:, at:].softmax(-1)[:, 0]
        weight = chances[:, at:].sum(-1) * yes * (1 - yes)
        yield (weight.sqrt() * (values[:, at] - values[:, at + 1 :].logsumexp(-1))).sum()
