"""Losses of the tasks that netwright trains for."""

from typing import Any

from torch import Tensor
from torch.nn import functional

from netwright.models.video.subclips import SubclipLogits

AUXILIARY_WEIGHT = 0.3
"""Weight of each auxiliary classifier's loss (Szegedy et al. 2015, section 5)."""


def classification_loss(output: Tensor | SubclipLogits | tuple[Tensor, ...], labels: Tensor) -> Tensor:
    """Return the mean cross entropy of the logits, plus 0.3 of that of each auxiliary classifier.

    L = CE(logits) + 0.3 * sum over auxiliary heads of CE(logits of the head), CE = -log softmax(logits)[label]; of S
    subclips that each have an answer, L = (1/S) sum over them of CE(logits after the subclip).

    Args:
        output: Logits (N, K), a tuple of logits (N, K) of which the first is the model's answer, or those of subclips.
        labels: int64 (N,).

    Returns:
        A scalar, in nats.

    Source: Szegedy et al. 2015, "Going Deeper with Convolutions", section 5; for subclips: "3D Causal ShuffleNet in
    Dual Paths for Efficient Action Recognition", section 4.4.

    >>> import torch
    >>> logits, labels = torch.zeros(4, 2), torch.tensor([0, 1, 0, 1])
    >>> round(classification_loss(logits, labels).item(), 6)
    0.693147
    >>> round(classification_loss((logits, logits, logits), labels).item() / 0.6931472, 6)
    1.6
    >>> each = torch.stack([logits, 100 * torch.eye(2)[labels]], dim=1)  # unsure, then sure and right
    >>> round(classification_loss(SubclipLogits(each), labels).item() / 0.6931472, 6)
    0.5
    """
    if isinstance(output, Tensor):
        return functional.cross_entropy(output, labels)
    if isinstance(output, SubclipLogits):
        return functional.cross_entropy(output.each.flatten(0, 1), labels.repeat_interleave(output.each.shape[1]))
    logits, *auxiliary = output
    main = functional.cross_entropy(logits, labels)
    return main + AUXILIARY_WEIGHT * sum(
        (functional.cross_entropy(head, labels) for head in auxiliary), start=main.new_zeros(())
    )


def answer_of(output: Any) -> Tensor:
    """Return the answer of a model in what it puts out in training.

    Args:
        output: Logits (N, K), a tuple of which the first are the model's answer, or those of subclips.

    Returns:
        Logits (N, K); of subclips, those after the last.

    >>> import torch
    >>> answer_of(SubclipLogits(torch.tensor([[[1.0, 0.0], [0.0, 2.0]]]))).tolist()
    [[0.0, 2.0]]
    """
    if isinstance(output, SubclipLogits):
        return output.each[:, -1]
    logits: Tensor = output if isinstance(output, Tensor) else output[0]
    return logits
