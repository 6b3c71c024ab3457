"""Draw the sixteen motions: `python benchmarks/video/motions_sheet.py docs/pictures/motions.png --size 64`."""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from netwright.data.motion_paths import CLASSES
from netwright.data.motion_scene import perform
from netwright.data.motion_textures import cast_of, photos, reachable

FRAMES, SHOWN, MARGIN, TITLE = 16, 8, 3, 170


def main() -> None:
    """Write a sheet with a row a motion, frames from left to right."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--size", type=int, default=64)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    random = np.random.default_rng(chosen.seed)
    garments, _ = reachable()
    textures = cast_of(garments.test_images, len(CLASSES), photos(chosen.size), random)
    labels = np.arange(len(CLASSES))
    clips = perform(labels, labels, textures, (FRAMES, chosen.size), random).permute(0, 2, 3, 4, 1).numpy()
    step = chosen.size + MARGIN
    sheet = Image.new("RGB", (TITLE + SHOWN * step, len(CLASSES) * step), "white")
    draw = ImageDraw.Draw(sheet)
    for row, name in enumerate(CLASSES):
        draw.text((8, row * step + chosen.size // 2), name, fill="black", anchor="lm", font_size=14)
        for column in range(SHOWN):
            frame = clips[row, column * FRAMES // SHOWN]
            sheet.paste(Image.fromarray(frame), (TITLE + column * step, row * step))
    sheet.save(chosen.out)


if __name__ == "__main__":
    main()
