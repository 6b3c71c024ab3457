"""The slope of a model's loss over its inputs: which way an attacker would go."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.structure.evaluation_mode import evaluation_mode

CHUNK = 128
"""Samples at once; decides memory, not the answer."""


def input_gradient(model: nn.Module, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor] | None:
    """Return how the cross entropy of each sample moves with its input, and what the model answers there.

    g_i = d(-log softmax(f(x_i))_{y_i}) / dx_i, in evaluation mode; the model's own gradients stay as they are.

    Args:
        model: Any classifier.
        inputs: (N, ...), N at least 1.
        labels: True classes, (N,).

    Returns:
        (gradient like the inputs, predicted classes (N,)); None for a model that has no slope, such as a tree,
        and for inputs that have none, such as the bytes of texts and videos.

    >>> linear = nn.Linear(1, 2)
    >>> _ = linear.load_state_dict({"weight": torch.tensor([[0.0], [2.0]]), "bias": torch.zeros(2)})
    >>> gradient, answers = input_gradient(linear, torch.zeros(1, 1), torch.tensor([0]))
    >>> gradient.tolist(), answers.tolist()  # softmax = (1/2, 1/2), times 2
    ([[1.0]], [0])
    """
    if not inputs.is_floating_point():
        return None
    gradients, answers = [], []
    with evaluation_mode(model), torch.inference_mode(mode=False), torch.enable_grad():
        for part, truth in zip(torch.split(inputs, CHUNK), torch.split(labels, CHUNK), strict=True):
            # a copy: what was made in inference mode cannot take part in a gradient
            point = part.detach().clone().requires_grad_()
            logits = model(point)
            loss = functional.cross_entropy(logits, truth.clone(), reduction="sum")
            slope = torch.autograd.grad(loss, point, allow_unused=True)[0] if loss.requires_grad else None
            if slope is None:
                return None
            gradients.append(slope)
            answers.append(logits.detach().argmax(1))
    return torch.cat(gradients), torch.cat(answers)
