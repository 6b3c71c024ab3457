"""Reading IDX files, the format of MNIST and its successors, plain or compressed with gzip."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import DataError

UNSIGNED_BYTE = 0x08
_AGAIN = "delete it and fetch it again"
_GZIP = b"\x1f\x8b"


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """Return the array in an IDX file of unsigned bytes.

    The file: two zero bytes, the type (8), the number of dimensions, each size as a 32-bit big-endian number, then
    the values, the last dimension moving fastest.

    Args:
        path: The file; compressed where it starts as gzip does, whatever its name.
        dimensions: How many the array must have: 3 for images, 1 for labels.

    Returns:
        The array, read-only, of the shape that the file states.

    Raises:
        DataError: The file is no such IDX file, or has more or fewer bytes than it states.

    Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", section "File formats".

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "labels-idx1-ubyte")
    ...     _ = file.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(file, dimensions=1).tolist()
    [7, 2, 1]
    """
    content = read_content(path)
    header = 4 + 4 * dimensions
    wanted = bytes([0, 0, UNSIGNED_BYTE, dimensions])
    if content[:4] != wanted:
        raise DataError(
            _unsound(path, f"it starts with {content[:4].hex(' ') or 'nothing'}, not with {wanted.hex(' ')}")
        )
    if len(content) < header:
        raise DataError(_unsound(path, f"it ends inside its header, at byte {len(content)} of {header}"))
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", count=dimensions, offset=4))
    stated = header + math.prod(shape)
    if len(content) < stated:
        raise DataError(
            _unsound(path, f"it states the sizes {_sizes(shape)} but is truncated at byte {len(content)} of {stated}")
        )
    if len(content) > stated:
        raise DataError(
            _unsound(path, f"it states the sizes {_sizes(shape)} but has {len(content)} bytes instead of {stated}")
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def read_content(path: Path) -> bytes:
    """Return the bytes of a file, uncompressed where it starts as gzip does.

    Args:
        path: The file.

    Returns:
        Its content.

    Raises:
        DataError: It cannot be opened, or its compression is broken.

    Source: RFC 1952 for gzip.
    """
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; fetch it again or correct the path") from error
    if not stored.startswith(_GZIP):
        return stored
    try:
        return gzip.decompress(stored)
    except EOFError as error:
        raise DataError(f"{path} is not sound: its gzip stream is truncated at byte {len(stored)}; {_AGAIN}") from error
    except (OSError, zlib.error) as error:
        raise DataError(f"{path} is not sound: its gzip stream is corrupt ({error}); {_AGAIN}") from error


def _sizes(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _unsound(path: Path, found: str) -> str:
    return f"{path} is no sound IDX file: {found}; {_AGAIN}"
