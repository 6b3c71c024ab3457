"""Texts: UTF-8."""

from functools import cached_property
from typing import ClassVar, Literal

import numpy as np

from netwright.records.errors import RequestError
from netwright.records.package import TensorSpec
from netwright.records.record import Record
from netwright.serving.forms.checks import BAD_REQUEST, check_tensors
from netwright.serving.forms.form import Inputs, Tensors

TENSOR = "text"


class TextForm(Record):
    """A request carries `text`, BYTES (N,): UTF-8 without zero characters.

    The models' inputs are rows of bytes, zeros behind, all of one length, so that requests can share a batch; what a
    model makes of it does not depend on the zeros.

    Args:
        kind: Always `text`.
        length: Bytes of the longest text that is taken.

    >>> TextForm(length=4).inputs({"text": np.array([b"ab"], object)}).tolist()
    [[97, 98, 0, 0]]
    """

    kind: Literal["text"] = "text"
    length: int

    samples: ClassVar[str] = "texts"

    @cached_property
    def _specs(self) -> tuple[TensorSpec, ...]:
        return (TensorSpec(name=TENSOR, datatype="BYTES", shape=(-1,)),)

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return the one tensor."""
        return self._specs

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return uint8 (N, length) of `text`; 400 for what is too long, no UTF-8, or holds a zero character."""
        count = check_tensors(tensors, self._specs)
        rows = b"".join(self._row(text, number) for number, text in enumerate(tensors[TENSOR]))
        return np.frombuffer(rows, np.uint8).reshape(count, self.length)

    def tensors(self, inputs: Inputs) -> Tensors:
        """Return the texts in rows of bytes (N, L)."""
        texts = np.empty(len(inputs), object)
        texts[:] = [row.tobytes().rstrip(b"\0") for row in inputs]
        return {TENSOR: texts}

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return one text."""
        return bytes(tensors[TENSOR][index])

    def kept(self, content: bytes) -> Tensors:
        """Return the text that `keep` wrote."""
        texts = np.empty(1, object)
        texts[0] = content
        return {TENSOR: texts}

    def _row(self, text: bytes, number: int) -> bytes:
        if len(text) > self.length:
            raise RequestError(BAD_REQUEST, f"text {number} has {len(text)} bytes; give at most {self.length}")
        if b"\0" in text:
            raise RequestError(BAD_REQUEST, f"text {number} has a zero character at byte {text.index(0)}; remove it")
        try:
            text.decode()
        except UnicodeDecodeError as error:
            raise RequestError(BAD_REQUEST, f"text {number} is no UTF-8 at byte {error.start}; encode it so") from error
        return text.ljust(self.length, b"\0")
