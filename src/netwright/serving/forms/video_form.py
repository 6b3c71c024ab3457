"""Clips: bytes of frames."""

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from netwright.records.package import TensorSpec
from netwright.records.record import Record
from netwright.serving.forms.checks import check_tensors
from netwright.serving.forms.form import Inputs, Tensors

TENSOR = "clip"


class VideoForm(Record):
    """A request carries `clip`, UINT8 (N, channels, frames, height, width); the models scale it themselves.

    Args:
        kind: Always `video`.
        shape: (channels, frames, height, width).

    >>> VideoForm(shape=(1, 2, 1, 1)).inputs({"clip": np.zeros((3, 1, 2, 1, 1), np.uint8)}).shape
    (3, 1, 2, 1, 1)
    """

    kind: Literal["video"] = "video"
    shape: tuple[int, int, int, int]

    samples: ClassVar[str] = "videos"

    @cached_property
    def _specs(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec(name=TENSOR, datatype="UINT8", shape=(-1, *self.shape)),)

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return the one tensor."""
        return self._specs

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return uint8 (N, channels, frames, height, width): `clip` as it is."""
        check_tensors(tensors, self._specs)
        clips: Inputs = tensors[TENSOR]
        return clips

    def tensors(self, inputs: Inputs) -> Tensors:
        """Return the clips that inputs (N, *shape) are."""
        return {TENSOR: np.asarray(inputs, np.uint8)}

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return the bytes of one clip."""
        return bytes(tensors[TENSOR][index].tobytes())

    def kept(self, content: bytes) -> Tensors:
        """Return the clip whose bytes `keep` wrote."""
        return {TENSOR: np.frombuffer(content, np.uint8).reshape(1, *self.shape)}
