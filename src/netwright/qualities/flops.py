"""FLOPs: how much arithmetic one image takes, and which operations the figure leaves out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode, flop_registry

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.records.measurement import Conditions, Measurement
from netwright.structure.evaluation_mode import evaluation_mode

CONVENTION = "one multiply-add is 2 FLOP; bias additions are not counted"

MOVES = frozenset(
    {
        "_local_scalar_dense", "_reshape_copy", "_to_copy", "_unsafe_view", "as_strided_", "cat",
        "channel_shuffle", "clone", "constant_pad_nd", "contiguous", "copy_", "embedding", "fill_", "flip",
        "gather", "index", "index_put_", "index_select", "masked_fill", "native_channel_shuffle",
        "pixel_shuffle", "repeat", "resize_", "roll", "scatter", "select_scatter", "set_", "slice_scatter",
        "squeeze_", "stack", "t_", "transpose_", "unsqueeze_", "zero_",
    }
)  # fmt: skip
"""Operations that move or set numbers without computing any."""


def attention_flops(query: Sequence[int], key: Sequence[int], value: Sequence[int], *_: Any, **__: Any) -> int:
    """Return the FLOPs of attention: 2 (products of queries and keys, and of their weights and values).

    Args:
        query: Shape (N, heads, T, d).
        key: Shape (N, heads, S, d).
        value: Shape (N, heads, S, e).

    Returns:
        2 N heads T S (d + e).

    >>> attention_flops((1, 2, 3, 4), (1, 2, 5, 4), (1, 2, 5, 4))
    480
    """
    count, heads, targets, width = query
    return 2 * count * heads * targets * key[2] * (width + value[3])


# torch.utils.flop_counter knows the kernels of accelerators only
FORMULAS = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: attention_flops}
"""FLOP formulas that torch lacks."""


def count_flops(
    model: nn.Module, example: Tensor | tuple[Tensor, ...], *, conditions: Conditions | None = None
) -> Measurement:
    """Return the floating-point operations of one call of a model, in evaluation mode.

    Counted by `torch.utils.flop_counter`: matrix products m x k by k x n as 2 m k n, convolutions as 2 x output
    elements x input channels of a group x kernel elements, attention. Whatever else computes (activations, pooling,
    normalisation, comparisons of trees) is not counted, and the notes list it with how often it ran. Views and copies
    compute nothing and are not listed.

    Args:
        model: Any module.
        example: What it is called with, such as one image (1, C, H, W); a tuple holds several arguments.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `flops`, in FLOP, exact.

    >>> found = count_flops(nn.Sequential(nn.Linear(3, 5), nn.ReLU()), torch.zeros(1, 3))
    >>> found.value, found.notes[1]
    (30.0, 'not counted: relu (1)')
    """
    arguments = example if isinstance(example, tuple) else (example,)
    ran, counter = _Record(), FlopCounterMode(display=False, custom_mapping=FORMULAS)
    # the record is entered first and so sees what the counter lets through: composed operations taken apart
    with evaluation_mode(model), torch.inference_mode(), ran, counter:
        model(*arguments)
    left_out = ", ".join(f"{name} ({times})" for name, times in sorted(ran.uncounted.items()))
    notes = (CONVENTION, f"not counted: {left_out}" if left_out else "every operation that computes is counted")
    return exact("flops", counter.get_total_flops(), "FLOP", conditions=conditions, notes=notes)


class _Record(TorchDispatchMode):  # type: ignore[no-untyped-call] # torch leaves its hooks untyped
    """Counts the operations that compute and have no FLOP formula."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.uncounted: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if _computes(func) and func.overloadpacket not in (flop_registry.keys() | FORMULAS):
            self.uncounted[func.overloadpacket.__name__] += 1
        return func(*args, **(kwargs or {}))


def _computes(func: Any) -> bool:
    name, schema = func.overloadpacket.__name__, func._schema
    makes_a_tensor = not any("Tensor" in str(argument.type) for argument in schema.arguments)
    like_another = name.endswith("_like") or name.startswith("new_")
    is_view = any(out.alias_info is not None and not out.alias_info.is_write for out in schema.returns)
    return not (makes_a_tensor or like_another or is_view or name in MOVES)


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the FLOPs of one image.

    Args:
        evidence: A trained model and one of its inputs.

    Returns:
        One measurement.
    """
    return (count_flops(evidence.model, evidence.inputs[:1], conditions=evidence.conditions),)
