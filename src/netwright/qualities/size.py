"""Size: what a model takes on disk and on the wire."""

from safetensors.torch import save
from torch import Tensor, nn

from netwright.qualities.evidence import Evidence
from netwright.qualities.exact import exact
from netwright.records.measurement import Conditions, Measurement


def size_on_disk(model: nn.Module, *, conditions: Conditions | None = None) -> Measurement:
    """Return the bytes of a model's weights as a safetensors file.

    The file is made in memory: 8 bytes of length, a JSON header of names, types and shapes, then the numbers of the
    model's state. A tensor that is stored under several names (tied weights) counts once, as `save_model` of
    safetensors writes it. Source: safetensors, README, Format.

    Args:
        model: Any module.
        conditions: The circumstances; None for this machine's.

    Returns:
        The measurement `size`, in bytes, exact.

    >>> size_on_disk(nn.Linear(2, 1)).value  # 8 of length, 120 of header, 12 of numbers
    140.0
    """
    return exact("size", len(save(_distinct(model.state_dict()))), "B", conditions=conditions)


def _distinct(state: dict[str, Tensor]) -> dict[str, Tensor]:
    found: dict[tuple[object, ...], tuple[str, Tensor]] = {}
    for name, tensor in state.items():
        # an empty tensor has no address of its own, so its name tells it apart
        place = tensor.data_ptr() or name
        found.setdefault((place, tensor.dtype, tensor.shape, tensor.stride()), (name, tensor))
    # safetensors refuses views into one buffer; a copy of each is what the file would hold
    return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in found.values()}


def measure(evidence: Evidence) -> tuple[Measurement, ...]:
    """Return the size of the model's weights.

    Args:
        evidence: A trained model.

    Returns:
        One measurement.
    """
    return (size_on_disk(evidence.model, conditions=evidence.conditions),)
