"""What every form asks of the tensors of a request, before it looks inside them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import RequestError
from netwright.records.package import Datatype, TensorSpec
from netwright.serving.forms.form import Tensors

BAD_REQUEST = 400
DTYPES: dict[Datatype, str] = {"BOOL": "?", "UINT8": "u1", "INT64": "i8", "FP32": "f4", "FP64": "f8", "BYTES": "O"}
"""Datatype of the protocol -> what its arrays are of."""


def check_tensors(tensors: Tensors, specs: Sequence[TensorSpec]) -> int:
    """Return how many samples tensors hold, after a look at their names, types and shapes.

    Args:
        tensors: Name -> values.
        specs: What there must be.

    Returns:
        N, at least 1.

    Raises:
        RequestError: 400: a tensor is missing, unknown, or has another type, shape or number of samples.

    >>> spec = TensorSpec(name="x", datatype="FP32", shape=(-1, 2))
    >>> check_tensors({"x": np.zeros((3, 2), np.float32)}, [spec])
    3
    """
    known = {spec.name: spec for spec in specs}
    unknown = [name for name in tensors if name not in known]
    if unknown:
        raise RequestError(BAD_REQUEST, f"there is no input {unknown[0]!r}; the inputs are {', '.join(known)}")
    missing = [spec.name for spec in specs if spec.name not in tensors and not spec.optional]
    if missing:
        raise RequestError(BAD_REQUEST, f"the input {missing[0]!r} is missing; the inputs are {', '.join(known)}")
    counts = {name: _checked(known[name], values) for name, values in tensors.items()}
    if len(set(counts.values())) != 1:
        found = ", ".join(f"{name} {count}" for name, count in counts.items()) or "no input"
        raise RequestError(BAD_REQUEST, f"inputs hold different numbers of samples: {found}; give each as many")
    count = next(iter(counts.values()))
    if not count:
        raise RequestError(BAD_REQUEST, "the request holds no sample; give at least one")
    return count


def _checked(spec: TensorSpec, values: NDArray[np.generic]) -> int:
    if values.dtype != np.dtype(DTYPES[spec.datatype]):
        raise RequestError(BAD_REQUEST, f"{spec.name!r} is of {values.dtype}; give {spec.datatype}")
    if values.ndim != len(spec.shape) or tuple(values.shape[1:]) != spec.shape[1:]:
        raise RequestError(
            BAD_REQUEST,
            f"{spec.name!r} has the shape {list(values.shape)}; give {list(spec.shape)}, -1 for the samples",
        )
    return len(values)
