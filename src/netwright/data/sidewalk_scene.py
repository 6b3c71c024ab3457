"""Scenes of a sidewalk as a robot's camera sees them: what stands there, with or without a pedestrian."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from netwright.data.canvas import Canvas, Floats, Rows

SIDE = 32
LIGHTS = ("day", "dusk", "night")
_CONTRAST, _BRIGHTNESS, _GRAIN = (1.0, 0.55, 0.35), (0.0, 0.12, 0.03), (0.015, 0.022, 0.035)


def render(pedestrian: NDArray[np.bool_], light: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.uint8]:
    """Render scenes.

    From back to front: a wall or the sky, paving, things beside the way (poles with signs, trees, bins, bicycles,
    parked cars), the pedestrian and a shadow, things in front; then light, blur and grain.

    Args:
        pedestrian: Whether there is a pedestrian, (N,).
        light: Index into `LIGHTS`, (N,).
        random: Source of all draws.

    Returns:
        Pixels (N, 32, 32).
    """
    scene = _Scene(len(pedestrian), random)
    scene.background()
    for _ in range(2):
        scene.things()
    scene.people(np.flatnonzero(pedestrian))
    scene.in_front()
    return scene.seen(light)


class _Scene:
    """Many scenes that are painted at once, each with draws of its own."""

    def __init__(self, count: int, random: np.random.Generator) -> None:
        self.canvas = Canvas(count, SIDE)
        self.random = random
        self.all = np.arange(count)

    def between(self, rows: Rows, low: float, high: float) -> Floats:
        """Draw one number for each of some images."""
        return self.random.uniform(low, high, len(rows)).astype(np.float32)

    def some(self, share: float) -> Rows:
        """Choose images at random."""
        return np.flatnonzero(self.random.random(len(self.all)) < share)

    def background(self) -> None:
        """Paint a wall with windows or the sky, and paving with joints and a kerb."""
        canvas, rows = self.canvas, self.all
        horizon = self.between(rows, 7, 15)[:, None, None]
        wall, paving = (self.between(rows, 0.25, 0.95)[:, None, None] for _ in range(2))
        tilt = self.between(rows, -0.012, 0.012)[:, None, None]
        canvas.paint(rows, np.ones((1, 1, 1), np.float32), wall + tilt * (canvas.x - SIDE / 2))
        windows = self.some(0.6)
        spread, first, width = (self.between(windows, *span)[:, None, None] for span in ((4, 9), (0, 9), (0.3, 0.7)))
        part = (canvas.x + first) / spread
        panes = ((part - np.floor(part)) < width) & ((canvas.y % 6) < 4)
        canvas.paint(windows, panes.astype(np.float32), self.between(windows, 0.1, 0.9)[:, None, None])
        ground = (canvas.y - horizon + np.float32(0.5)).clip(0, 1)
        canvas.paint(rows, ground, paving + np.float32(0.006) * (canvas.y - SIDE / 2))
        joints = self.some(0.5)
        gap = self.between(joints, 3, 7)[:, None, None]
        part = (canvas.y - horizon[joints]) / gap
        lines = ((part - np.floor(part)) < 1 / gap) & (canvas.y > horizon[joints])
        canvas.paint(joints, np.float32(0.35) * lines, self.between(joints, 0.1, 0.9)[:, None, None])
        kerb = self.some(0.5)
        ends = (self.between(kerb, -10, 42), np.full(len(kerb), 34, np.float32))
        canvas.capsule(
            kerb, (*ends, self.between(kerb, 5, 27), horizon[kerb, 0, 0]), self.between(kerb, 0.4, 1.2),
            self.between(kerb, 0.2, 0.95),
        )  # fmt: skip

    def things(self) -> None:
        """Paint what stands beside the way, each in a part of the images."""
        self._poles(self.some(0.24))
        self._trees(self.some(0.16))
        self._bins(self.some(0.16))
        self._bicycles(self.some(0.14))
        self._cars(self.some(0.10))

    def in_front(self) -> None:
        """Paint what hides a part of the scene: a pole, a bin, a car."""
        self._poles(self.some(0.10))
        self._bins(self.some(0.08))
        self._cars(self.some(0.05))

    def people(self, rows: Rows) -> None:
        """Paint one pedestrian an image: legs, arms, torso, head, perhaps a bag, and a shadow."""
        draw, paint = partial(self.between, rows), self.canvas.capsule
        tall = draw(17, 29)
        x, feet = draw(10, 22), np.minimum(draw(24, 33), 3 + tall + draw(0, 5))
        hip, neck = feet - 0.48 * tall, feet - 0.82 * tall
        lean, step, swing = draw(-0.04, 0.04) * tall, draw(-0.16, 0.16) * tall, draw(-0.16, 0.16) * tall
        upper, lower, skin = draw(0.02, 0.98), draw(0.02, 0.9), draw(0.2, 0.85)
        self._shadow(rows, (x, feet), tall)
        for side in (-1, 1):
            paint(rows, (x, hip, x + side * step, feet), 0.055 * tall, lower)
        shoulders = 0.085 * tall * draw(0.6, 1.2)
        for side in (-1, 1):
            at = x + lean + side * shoulders
            paint(rows, (at, neck + 0.05 * tall, at + side * (swing + 0.03 * tall), hip), 0.035 * tall, upper * 0.9)
        paint(rows, (x, hip, x + lean, neck + 0.03 * tall), 0.10 * tall * draw(0.8, 1.25), upper)
        self.canvas.disc(rows, (x + 1.3 * lean, feet - 0.92 * tall), 0.075 * tall, skin)
        bags = np.flatnonzero(self.random.random(len(rows)) < 0.25)
        beside = x[bags] + 0.2 * tall[bags]
        box = (beside - 0.06 * tall[bags], hip[bags] - 1, beside + 0.06 * tall[bags], hip[bags] + 0.14 * tall[bags])
        self.canvas.box(rows[bags], box, self.between(bags, 0.02, 0.9))

    def seen(self, light: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return the scenes as the camera sees them: in their light, blurred and grainy."""
        canvas, rows = self.canvas, self.all
        contrast, brightness, grain = (
            np.array(figures, np.float32)[light][:, None, None] for figures in (_CONTRAST, _BRIGHTNESS, _GRAIN)
        )
        canvas.pixels = brightness + contrast * self.between(rows, 0.75, 1.1)[:, None, None] * canvas.pixels
        lamps = np.flatnonzero(light == LIGHTS.index("night"))
        x, y = self.between(lamps, 0, 31)[:, None, None], self.between(lamps, -4, 12)[:, None, None]
        near = 1 + ((canvas.x - x) * (canvas.x - x) + (canvas.y - y) * (canvas.y - y)) / 60
        canvas.pixels[lamps] *= 1 + 1.6 / near
        for axis in (1, 2):
            canvas.blur(rows, self.between(rows, 0, 0.6), axis)
        moving = self.some(0.25)
        for _ in range(2):
            canvas.blur(moving, self.between(moving, 0.4, 0.9), 2)
        noise = self.random.standard_normal(canvas.pixels.shape, dtype=np.float32)
        return ((canvas.pixels + grain * noise) * 255 + np.float32(0.5)).clip(0, 255).astype(np.uint8)

    def _shadow(self, rows: Rows, foot: tuple[Floats, Floats], length: Floats) -> None:
        cast = np.flatnonzero(self.random.random(len(rows)) < 0.5)
        x, y = foot[0][cast], foot[1][cast]
        along = self.between(cast, -0.9, 0.9) * length[cast]
        cover = self.canvas.capsule_cover((x, y, x + along, y + self.between(cast, -1, 2.5)), 0.06 * length[cast])
        self.canvas.paint(rows[cast], np.float32(0.5) * cover, np.full((1, 1, 1), 0.05, np.float32))

    def _poles(self, rows: Rows) -> None:
        draw = partial(self.between, rows)
        x, foot, tall, value = draw(1, 31), draw(20, 33), draw(10, 30), draw(0.02, 0.98)
        self._shadow(rows, (x, foot), tall)
        # from thin ones to posts as wide as a person
        self.canvas.capsule(rows, (x, foot, x + draw(-0.6, 0.6), foot - tall), draw(0.4, 2.0), value)
        signs = np.flatnonzero(self.random.random(len(rows)) < 0.55)
        top, shade = foot[signs] - tall[signs], self.between(signs, 0.05, 0.98)
        self.canvas.disc(rows[signs], (x[signs], top), self.between(signs, 1.0, 3.2), shade)

    def _trees(self, rows: Rows) -> None:
        draw = partial(self.between, rows)
        x, foot, tall = draw(0, 32), draw(19, 32), draw(8, 22)
        self.canvas.capsule(rows, (x, foot, x + draw(-1.5, 1.5), foot - tall), draw(0.7, 2.2), draw(0.05, 0.5))
        leaves = draw(0.1, 0.7)
        for _ in range(3):
            at = (x + draw(-4, 4), foot - tall + draw(-4, 2))
            self.canvas.disc(rows, at, draw(2, 5.5), leaves * draw(0.8, 1.2))

    def _bins(self, rows: Rows) -> None:
        draw = partial(self.between, rows)
        x, foot, wide, tall = draw(0, 32), draw(20, 34), draw(1.5, 4), draw(4, 11)
        self._shadow(rows, (x, foot), tall)
        value = draw(0.02, 0.95)
        self.canvas.box(rows, (x - wide, foot - tall, x + wide, foot), value)
        self.canvas.box(
            rows, (x - wide - 0.4, foot - tall - 1, x + wide + 0.4, foot - tall + 0.4), value * draw(0.6, 1.3)
        )

    def _bicycles(self, rows: Rows) -> None:
        draw = partial(self.between, rows)
        x, foot, size, value = draw(4, 28), draw(22, 32), draw(2.4, 4.6), draw(0.02, 0.9)
        axle, left, right = foot - size, x - 1.4 * size, x + 1.4 * size
        for wheel in (left, right):
            self.canvas.ring(rows, (wheel, axle), size, value)
        thin, saddle = np.full(len(rows), 0.35, np.float32), axle - 1.5 * size
        self.canvas.capsule(rows, (left, axle, x - 0.4 * size, saddle), thin, value)
        self.canvas.capsule(
            rows, (x - 0.4 * size, saddle + 0.5 * size, right - 0.4 * size, saddle + 0.3 * size), thin, value
        )
        self.canvas.capsule(rows, (right, axle, right - 0.5 * size, saddle - 0.2 * size), thin, value)
        self.canvas.capsule(rows, (x - 0.7 * size, saddle, x - 0.1 * size, saddle), thin * 1.6, value)

    def _cars(self, rows: Rows) -> None:
        draw = partial(self.between, rows)
        x, foot, wide, value = draw(-2, 34), draw(18, 30), draw(7, 13), draw(0.05, 0.98)
        self.canvas.box(rows, (x - wide, foot - 0.5 * wide, x + wide, foot), value)
        self.canvas.box(
            rows, (x - 0.6 * wide, foot - 0.85 * wide, x + 0.6 * wide, foot - 0.5 * wide), value * draw(0.4, 1)
        )
        for side in (-0.6, 0.6):
            self.canvas.disc(rows, (x + side * wide, foot), 0.17 * wide, np.full(len(rows), 0.08, np.float32))
