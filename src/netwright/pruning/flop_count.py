"""FLOPs of a transformer on a batch, fused attention on the CPU included."""

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from netwright.qualities.flops import FORMULAS
from netwright.structure.call import call
from netwright.structure.evaluation_mode import evaluation_mode
from netwright.structure.transformer.stream import Batch


def count_batch_flops(model: nn.Module, batch: Batch) -> float:
    """Return the FLOPs of one call of a model: matrix products m x k by k x n as 2 m k n, attention included.

    Args:
        model: Any module; its mode is restored.
        batch: Its keyword arguments.

    Returns:
        Multiplications and additions, counted singly; those of activations, norms and biases are left out.

    >>> class Net(nn.Linear):
    ...     def forward(self, input_ids):
    ...         return super().forward(input_ids)
    >>> count_batch_flops(Net(3, 5), {"input_ids": torch.zeros(2, 3)})
    60.0
    """
    counter = FlopCounterMode(display=False, custom_mapping=FORMULAS)
    with evaluation_mode(model), torch.inference_mode(), counter:
        call(model, batch)
    return float(counter.get_total_flops())


def shape_of_batch(batch: Batch) -> tuple[int, int]:
    """Return (texts, tokens) of a batch, padding included; (0, 0) where nothing in it is two-dimensional.

    >>> shape_of_batch({"input_ids": torch.zeros(4, 128)})
    (4, 128)
    """
    flat = (value for value in batch.values() if isinstance(value, Tensor) and value.dim() == 2)
    found = next(flat, None)
    return (0, 0) if found is None else (int(found.shape[0]), int(found.shape[1]))
