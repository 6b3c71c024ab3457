"""From samples to the models' inputs, by the way that requests take."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netwright.records.package import TensorSpec
from netwright.serving.batch.sample import Sample
from netwright.serving.forms.checks import DTYPES
from netwright.serving.forms.form import Form, Inputs, Tensors

ENCODED = "encoded"
"""The tensor of samples that are a model's inputs already."""


class Asked(Protocol):
    """What makes the models' inputs of samples that have no fault."""

    def __call__(self, samples: Sequence[Sample]) -> Inputs:
        """Return inputs (N, *shape) of N samples; RequestError where one is no sample of the package."""
        ...


def through(form: Form) -> Asked:
    """Return what makes inputs of samples as the service does of a request that carries them."""
    specs = form.specs()
    return lambda samples: form.inputs(stack(samples, specs))


def as_they_are(samples: Sequence[Sample]) -> Inputs:
    """Return the inputs of samples that were encoded already."""
    inputs: Inputs = np.stack([sample.values[ENCODED] for sample in samples])
    return inputs


def stack(samples: Sequence[Sample], specs: Sequence[TensorSpec]) -> Tensors:
    """Return the tensors of a request that carries samples.

    Args:
        samples: N of them, at least 1.
        specs: Of the package's form.

    Returns:
        Name -> values (N, ...); a tensor that no sample has is left out.

    >>> spec = TensorSpec(name="x", datatype="FP64", shape=(-1,))
    >>> stack([Sample("a", "", {"x": 1.0}), Sample("b", "", {"x": 2.0})], [spec])
    {'x': array([1., 2.])}
    """
    present = [spec for spec in specs if any(spec.name in sample.values for sample in samples)]
    return {spec.name: _stacked([sample.values[spec.name] for sample in samples], spec) for spec in present}


def _stacked(values: Sequence[Any], spec: TensorSpec) -> NDArray[Any]:
    if spec.datatype == "BYTES":
        held = np.empty(len(values), object)
        held[:] = values
        return held
    return np.stack([np.asarray(value, DTYPES[spec.datatype]) for value in values])
