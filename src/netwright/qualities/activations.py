"""Activations: how many numbers a model puts out on the way to one answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.records.measurement import Conditions, Measurement
from netwright.structure.evaluation_mode import evaluation_mode


def count_activations(
    model: nn.Module, example: Tensor | tuple[Tensor, ...], *, conditions: Conditions | None = None
) -> Measurement:
    """Return how many numbers the modules of a model put out in one call, in evaluation mode.

    Counted are the outputs of modules without children, at every call of each; what is computed between modules
    (additions of shortcuts, functional activations) is not seen. A model without children counts as one module.
    Memory traffic, and so time on an accelerator, follows activations more closely than FLOPs (Radosavovic et al.
    2020, section 2.2, where only convolutions count).

    Args:
        model: Any module.
        example: What it is called with, such as one image (1, C, H, W); a tuple holds several arguments.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `activations`, a count, exact.

    >>> count_activations(nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2)), torch.zeros(1, 3)).value
    12.0
    """
    arguments = example if isinstance(example, tuple) else (example,)
    counts: list[int] = []
    with _counted(model, counts), evaluation_mode(model), torch.inference_mode():
        model(*arguments)
    return exact("activations", sum(counts), "count", conditions=conditions)


@contextmanager
def _counted(model: nn.Module, counts: list[int]) -> Iterator[None]:
    def count(_: nn.Module, __: object, output: object) -> None:
        counts.append(sum(part.numel() for part in tree_leaves(output) if isinstance(part, Tensor)))

    leaves = [module for module in model.modules() if not any(True for _ in module.children())]
    hooks = [module.register_forward_hook(count) for module in leaves]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the activations of one sample.

    Args:
        evidence: A trained model and one of its inputs.

    Returns:
        One measurement.
    """
    return (count_activations(evidence.model, evidence.inputs[:1], conditions=evidence.conditions),)
