"""Texts as a data set hands them out: rows of UTF-8 bytes, filled up with zeros."""

import torch
from torch import Tensor

from netwright.records.errors import CandidateError


def text_shape(model: str, shape: tuple[int, ...]) -> int:
    """Return the bytes of a row, or refuse inputs of another shape.

    Args:
        model: Name of the architecture, for the message.
        shape: Of an input.

    Returns:
        How many bytes a text has at most.

    Raises:
        CandidateError: It is no shape of a text.

    >>> text_shape("minilm", (256,))
    256
    """
    if len(shape) != 1:
        raise CandidateError(
            f"{model}: found inputs of shape {shape}; it reads texts, rows (bytes,) of UTF-8: take an architecture of "
            "images or tables, or data of texts such as reviews"
        )
    return shape[0]


def decode_rows(rows: Tensor) -> list[str]:
    """Return the texts of rows of bytes.

    A character that the end of a row cuts is left out. Zeros of another type are empty texts: that is what a check of
    shapes hands in.

    Args:
        rows: uint8 (N, L), each text from the left, then zeros.

    Returns:
        N texts.

    Raises:
        CandidateError: The rows hold numbers and not bytes.

    >>> decode_rows(torch.tensor([[72, 105, 0, 0], [195, 169, 33, 195], [0, 0, 0, 0]], dtype=torch.uint8))
    ['Hi', 'é!', '']
    """
    if rows.dtype != torch.uint8:
        if bool(rows.any()):
            raise CandidateError(
                f"found inputs of {rows.dtype}; a model of texts reads uint8 rows of UTF-8 bytes: take data of texts, "
                "such as reviews"
            )
        rows = torch.zeros(rows.shape, dtype=torch.uint8)
    # lists and not arrays of numpy, which `torch.compile` would try to make tensors of
    return [bytes(row).rstrip(b"\0").decode("utf-8", errors="ignore") for row in rows.tolist()]
