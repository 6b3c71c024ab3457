"""What a request carries for a kind of data: tensors with names, and how they become a model's inputs."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netwright.records.package import TensorSpec

Tensors = Mapping[str, NDArray[Any]]
"""Name -> values, the first dimension the samples; BYTES tensors are arrays of dtype object that hold bytes."""
Inputs = NDArray[np.float32] | NDArray[np.uint8]
"""(N, *shape), as the models of the package take them."""


class Form(Protocol):
    """One kind of data, as requests carry it: `forms.catalog` has them all.

    A form is a record, so that a package can hold it (`inputs.json`).
    """

    @property
    def kind(self) -> str:
        """`image`, `row`, `text` or `video`."""
        ...

    @property
    def samples(self) -> str:
        """What messages call its samples: `images`, `rows`, `texts` or `videos`."""
        ...

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return the tensors of a request."""
        ...

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return the models' inputs.

        Args:
            tensors: Of N samples, with the names of `specs`.

        Returns:
            (N, *shape).

        Raises:
            RequestError: A tensor is missing, unknown, of a wrong shape or type, or holds what is no number (NaN,
                infinity) where a number is needed; status 400.
        """
        ...

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return one sample as bytes, for the telemetry; `kept` reads it back."""
        ...

    def kept(self, content: bytes) -> Tensors:
        """Return the tensors (of one sample) that `keep` wrote."""
        ...
