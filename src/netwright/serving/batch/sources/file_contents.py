"""What a file holds as one sample: the pixels of an image, a text."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from netwright.serving.batch.cells import CellError


def pixels(shape: tuple[int, ...]) -> Callable[[Path], Any]:
    """Return what reads the pixels of an image file, brought to the size of a package's images.

    Args:
        shape: (channels, height, width).

    Returns:
        Path -> uint8 (channels, height, width), by `netwright.data.image_file` as training folders are read.
    """
    # Pillow is an extra, which only images need
    from netwright.data.image_file import BrokenImageError, read_pixels

    channels, height, width = shape

    def read(path: Path) -> Any:
        try:
            return read_pixels(path, (height, width), channels)
        except BrokenImageError as error:
            raise CellError(str(error)) from error

    return read


def text(path: Path) -> bytes:
    """Return the text of a file, without blanks around it.

    Raises:
        CellError: It cannot be read, or is no UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8-sig").strip().encode()
    except UnicodeDecodeError as error:
        raise CellError(f"byte {error.start} is no UTF-8") from error
    except OSError as error:
        raise CellError(f"it cannot be read: {error.strerror}") from error
