"""Losses of the tasks that netwright trains for."""

from torch import Tensor
from torch.nn import functional

AUXILIARY_WEIGHT = 0.3
"""Weight of each auxiliary classifier's loss (Szegedy et al. 2015, section 5)."""


def classification_loss(output: Tensor | tuple[Tensor, ...], labels: Tensor) -> Tensor:
    """Return the mean cross entropy of the logits, plus 0.3 of that of each auxiliary classifier.

    L = CE(logits) + 0.3 * sum over auxiliary heads of CE(logits of the head), CE = -log softmax(logits)[label]

    Args:
        output: Logits (N, K), or a tuple of logits (N, K) of which the first is the model's answer.
        labels: int64 (N,).

    Returns:
        A scalar, in nats.

    Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 5.

    >>> import torch
    >>> logits, labels = torch.zeros(4, 2), torch.tensor([0, 1, 0, 1])
    >>> round(classification_loss(logits, labels).item(), 6)
    0.693147
    >>> round(classification_loss((logits, logits, logits), labels).item() / 0.6931472, 6)
    1.6
    """
    if isinstance(output, Tensor):
        return functional.cross_entropy(output, labels)
    logits, *auxiliary = output
    main = functional.cross_entropy(logits, labels)
    return main + AUXILIARY_WEIGHT * sum(
        (functional.cross_entropy(head, labels) for head in auxiliary), start=main.new_zeros(())
    )
