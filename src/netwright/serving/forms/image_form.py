"""Images: pixels from 0 to 255."""

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from netwright.records.package import TensorSpec
from netwright.records.record import Record
from netwright.serving.forms.checks import check_tensors
from netwright.serving.forms.form import Inputs, Tensors

TENSOR = "image"
LEVELS = 256


class ImageForm(Record):
    """A request carries `image`, UINT8 (N, channels, height, width), black 0 to white 255.

    The models' inputs are (pixel/255 - centre)/spread.

    Args:
        kind: Always `image`.
        shape: (channels, height, width).
        centre: Share of white that becomes 0.
        spread: Share of white that becomes 1.

    >>> ImageForm(shape=(1, 1, 2)).inputs({"image": np.array([[[[0, 255]]]], np.uint8)}).tolist()
    [[[[-2.0, 2.0]]]]
    """

    kind: Literal["image"] = "image"
    shape: tuple[int, int, int]
    centre: float = 0.5
    spread: float = 0.25

    samples: ClassVar[str] = "images"

    @cached_property
    def _levels(self) -> NDArray[np.float32]:
        # as netwright.data.images computes them, to the last bit
        levels = np.arange(LEVELS, dtype=np.float32) * np.float32(1 / (255 * self.spread))
        return levels - np.float32(self.centre / self.spread)

    @cached_property
    def _specs(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec(name=TENSOR, datatype="UINT8", shape=(-1, *self.shape)),)

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return the one tensor."""
        return self._specs

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return float32 (N, channels, height, width) of `image`."""
        check_tensors(tensors, self._specs)
        # a table of 256 levels is looked up faster than it is computed
        return self._levels[tensors[TENSOR]]

    def tensors(self, inputs: Inputs) -> Tensors:
        """Return the pixels that inputs (N, *shape) were made of."""
        shares = np.asarray(inputs, np.float64) * self.spread + self.centre
        return {TENSOR: np.rint(255 * shares).astype(np.uint8)}

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return the pixels of one image."""
        return bytes(tensors[TENSOR][index].tobytes())

    def kept(self, content: bytes) -> Tensors:
        """Return the image whose pixels `keep` wrote."""
        return {TENSOR: np.frombuffer(content, np.uint8).reshape(1, *self.shape)}
