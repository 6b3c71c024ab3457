"""The running prediction drawn into a frame."""

from typing import TYPE_CHECKING

import numpy as np

from netwright.records.errors import MissingExtraError
from netwright.records.live import LiveUpdate
from netwright.streaming.sources.frame import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

LEAST_WIDTH = 320
"""Smaller frames are enlarged to at least this many pixels, or no name would be legible."""
_INK, _BAR, _SHADE = (255, 255, 255), (64, 160, 255), (0, 0, 0, 150)
_LINE = 1.35
"""Height of a line, in heights of the letters."""


def annotate(pixels: Pixels, update: LiveUpdate | None) -> Pixels:
    """Return a frame with its time, the most probable classes as bars, and how the stream keeps up.

    Args:
        pixels: uint8 (height, width, 3).
        update: The newest prediction; None where there is none yet.

    Returns:
        A new frame: enlarged by a whole factor where it is less than 320 pixels wide, sides rounded down to even
        numbers, as video encoders need them.

    Raises:
        MissingExtraError: Pillow is not installed.

    >>> annotate(np.zeros((7, 100, 3), np.uint8), None).shape
    (28, 400, 3)
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtraError("drawing predictions", "video") from error
    factor = max(1, -(-LEAST_WIDTH // pixels.shape[1]))
    large = pixels.repeat(factor, axis=0).repeat(factor, axis=1)
    height, width = (max(2, side // 2 * 2) for side in large.shape[:2])
    if large.shape[0] < height:
        large = np.concatenate([large, large])
    image = Image.fromarray(np.ascontiguousarray(large[:height, :width]))
    if update is not None:
        image = _drawn(image, update)
    return np.array(image)


def _drawn(image: "Image", update: LiveUpdate) -> "Image":
    from PIL import Image, ImageDraw, ImageFont

    size = max(10, image.height // 24)
    font = ImageFont.load_default(size)
    line, margin = round(_LINE * size), size // 2
    told = _wrapped(f"{update.time:.2f} s, {update.pace()}", font, image.width - 2 * margin)
    panel = Image.new("RGBA", (image.width, margin + line * (len(update.top) + len(told))), _SHADE)
    pen = ImageDraw.Draw(panel)
    bars = image.width // 2
    for row, guess in enumerate(update.top):
        top = margin // 2 + row * line
        length = round((image.width - bars - margin) * guess.probability)
        pen.rectangle((bars, top, bars + length, top + size), fill=(*_BAR, 255))
        pen.text((margin, top), f"{100 * guess.probability:3.0f}%  {guess.name}", fill=_INK, font=font)
    for row, words in enumerate(told, len(update.top)):
        pen.text((margin, margin // 2 + row * line), words, fill=_INK, font=font)
    image = image.convert("RGBA")
    image.alpha_composite(panel.crop((0, 0, image.width, min(panel.height, image.height))))
    return image.convert("RGB")


def _wrapped(words: str, font: "FreeTypeFont | ImageFont", width: int) -> list[str]:
    """Return lines of words with commas that are at most so many pixels wide, where one part fits."""
    lines: list[str] = []
    for part in words.split(", "):
        longer = f"{lines[-1]}, {part}" if lines else part
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
