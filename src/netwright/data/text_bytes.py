"""Texts as rows of UTF-8 bytes, zeros behind them, and back."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from netwright.records.errors import DataError

_CONTINUATION, _LEADING_BITS = 0b1000_0000, 0b1100_0000


def encode_texts(texts: Sequence[str], length: int | None = None) -> Tensor:
    """Return texts as rows of bytes, all of one length.

    Row i holds the UTF-8 bytes of text i, then zeros. A text of more bytes is cut before the character that would
    reach beyond the end, so that every row is whole UTF-8.

    Args:
        texts: N texts without zero characters.
        length: Bytes of a row, L, at least 1; None is the length of the longest text, and 1 where all are empty.

    Returns:
        uint8 (N, L).

    Raises:
        DataError: A text holds a zero character, which would be read as its end, or half of a surrogate pair, which
            UTF-8 cannot write.

    Source: RFC 3629 for UTF-8.

    >>> encode_texts(["aé", "b"]).tolist()
    [[97, 195, 169], [98, 0, 0]]
    >>> encode_texts(["aé", "b"], length=2).tolist()
    [[97, 0], [98, 0]]
    """
    rows = [_encoded(text, number) for number, text in enumerate(texts)]
    width = max(1, max(map(len, rows), default=0)) if length is None else length
    held = b"".join(cut(row, width).ljust(width, b"\0") for row in rows)
    # a copy: the joined bytes are read-only
    return torch.from_numpy(np.frombuffer(held, np.uint8).reshape(len(rows), width).copy())


def decode_texts(rows: Tensor) -> list[str]:
    """Return the texts in rows of bytes.

    Args:
        rows: uint8 (N, L), as `encode_texts` makes them.

    Returns:
        N texts; bytes that are no UTF-8 become the replacement character.

    >>> decode_texts(encode_texts(["aé", ""]))
    ['aé', '']
    """
    return [row.tobytes().rstrip(b"\0").decode(errors="replace") for row in rows.cpu().numpy()]


def cut(text: bytes, length: int) -> bytes:
    """Return the beginning of a text that is at most so long and ends where a character ends.

    Args:
        text: UTF-8.
        length: Bytes, at least 1.

    Returns:
        The whole characters among the first `length` bytes.

    >>> cut("aé".encode(), 2), cut(b"ab", 2)
    (b'a', b'ab')
    """
    if len(text) <= length:
        return text
    end = length
    while end and text[end] & _LEADING_BITS == _CONTINUATION:
        end -= 1
    return text[:end]


def _encoded(text: str, number: int) -> bytes:
    if "\0" in text:
        raise DataError(f"text {number} has a zero character at {text.index(chr(0))}: it ends texts; remove it")
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"text {number} has half of a surrogate pair at {error.start}, which UTF-8 cannot write; remove it"
        ) from error
