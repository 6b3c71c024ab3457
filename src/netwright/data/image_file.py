"""Reading an image file as pixels of a wanted form, with Pillow."""

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import MissingExtraError

try:
    from PIL import Image, ImageOps
except ImportError as error:
    raise MissingExtraError("reading image files", "images") from error

# what Pillow lets through from its decoders when a file is broken
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
_GREY = {"1", "L", "I;16", "I", "F"}
_DEEP = {"I;16", "I;16B", "I;16L", "I;16N", "I"}


class BrokenImageError(Exception):
    """An image file cannot be read; the message says why. The folder tells it with the others."""


def look_at(path: Path) -> tuple[tuple[int, int], bool]:
    """Return the size of an image, and whether it is grey, from its header.

    Args:
        path: The file.

    Returns:
        ((height, width), grey): as the image is shown, after its EXIF orientation.

    Raises:
        BrokenImageError: It is no image that Pillow knows.
    """
    try:
        with Image.open(path) as image:
            turned = image.getexif().get(0x0112, 1) >= 5
            width, height = image.size
            return ((width, height) if turned else (height, width)), image.mode in _GREY
    except _BROKEN as error:
        raise BrokenImageError(_why(error)) from error


def read_pixels(path: Path, size: tuple[int, int], channels: int) -> NDArray[np.uint8]:
    """Return the pixels of an image, resized without keeping its proportions.

    Args:
        path: The file; of an animation, the first frame.
        size: (height, width) in pixels.
        channels: 1 (grey, ITU-R 601 luma) or 3.

    Returns:
        (channels, height, width).

    Raises:
        BrokenImageError: The file is truncated or corrupt.

    Source: Pillow, `Image.resize` with the bilinear filter, which averages over the source pixels when it shrinks.
    """
    height, width = size
    try:
        with Image.open(path) as stored:
            image = ImageOps.exif_transpose(stored)
            if image.mode in _DEEP:
                # 16-bit images: keep the upper byte; a plain conversion would clip at 255
                image = Image.fromarray((np.asarray(image).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
            shown = image.convert("L" if channels == 1 else "RGB")
            if shown.size != (width, height):
                shown = shown.resize((width, height), Image.Resampling.BILINEAR)
            pixels = np.asarray(shown)
    except _BROKEN as error:
        raise BrokenImageError(_why(error)) from error
    return pixels[None] if channels == 1 else pixels.transpose(2, 0, 1)


def _why(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    # Pillow repeats the path, which the message names already
    return str(error).split(" '/")[0].split(" <")[0] or type(error).__name__
