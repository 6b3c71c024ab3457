"""A small picture as a record: a PNG file in base64, so that it can stand in JSON and in a page."""

import zlib
from base64 import b64encode
from struct import pack
from typing import Final

from netwright.records.record import Record

_KINDS: Final = {1: 0, 3: 2, 4: 6}
"""Channels -> colour type."""
_MARK: Final = b"\x89PNG\r\n\x1a\n"


class Picture(Record):
    """A picture.

    Args:
        width: In pixels.
        height: In pixels.
        png: The file, in base64.
    """

    width: int
    height: int
    png: str

    @property
    def address(self) -> str:
        """What an image of a page names as its source."""
        return f"data:image/png;base64,{self.png}"


def picture_of(pixels: bytes, width: int, height: int) -> Picture:
    """Return a picture of pixels, without loss.

    Args:
        pixels: Row by row from the top, each pixel 1 (grey), 3 (red, green, blue) or 4 bytes (and opacity).
        width: In pixels.
        height: In pixels.

    Returns:
        The picture.

    Raises:
        ValueError: There are not 1, 3 or 4 bytes a pixel.

    Source: Portable Network Graphics specification, third edition (W3C 2025), sections 5 and 11.

    >>> picture_of(bytes([255, 0, 0]), 1, 1).png[:22]
    'iVBORw0KGgoAAAANSUhEUg'
    """
    channels, left = divmod(len(pixels), width * height) if width > 0 and height > 0 else (0, 1)
    if left or channels not in _KINDS:
        raise ValueError(f"found {len(pixels)} bytes for {width}x{height} pixels; give 1, 3 or 4 bytes a pixel")
    line = width * channels
    # each row says how it was filtered: 0 is not at all
    rows = b"".join(b"\0" + pixels[start : start + line] for start in range(0, len(pixels), line))
    head = pack(">IIBBBBB", width, height, 8, _KINDS[channels], 0, 0, 0)
    file = _MARK + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return Picture(width=width, height=height, png=b64encode(file).decode())


def _chunk(kind: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + kind + content + pack(">I", zlib.crc32(kind + content))
