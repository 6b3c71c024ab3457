"""Where the things of a video of motions are in every frame: sixteen motions, eight pairs that time reversal swaps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

PAIRS = (
    ("MoveLeft", "MoveRight"),
    ("MoveUp", "MoveDown"),
    ("RotateClockwise", "RotateCounterclockwise"),
    ("ZoomIn", "ZoomOut"),
    ("Appear", "Vanish"),
    ("Accelerate", "Brake"),
    ("Approach", "Retreat"),
    ("Catch", "Release"),
)
"""(motion that is drawn, motion that is its time reversal)."""
CLASSES = tuple(motion for pair in PAIRS for motion in pair)
"""Label 2k is the first motion of pair k, label 2k + 1 the second."""
_SHORTEST, _LONGEST = 13.0, 28.0
_SLOWEST = 0.15


@dataclass(frozen=True, eq=False)
class Pose:
    """Where one thing is in each frame, in shares of a frame's side from its upper left corner.

    Args:
        x: Of its centre, to the right, (N, T).
        y: Of its centre, downwards, (N, T).
        size: Its side, (N, T).
        angle: By how much it is turned clockwise, in radians, (N, T).
        cover: How much of what is behind it it hides, 0 to 1, (N, T).
    """

    x: Floats
    y: Floats
    size: Floats
    angle: Floats
    cover: Floats


@dataclass(frozen=True, eq=False)
class Paths:
    """How everything in some videos moves.

    Args:
        actor: The thing whose motion is the class.
        partner: The second thing, of catch and release; without cover in other videos.
        stranger: A smaller thing that drifts slowly, in some videos.
        zoom: By how much the whole scene is enlarged, (N, T).
        pan_x: How far the camera has gone to the right, in shares of a frame, (N, T).
        pan_y: How far it has gone downwards, (N, T).
        wall: (side, width): where a wall hides things, side 0 to 3 (left, right, top, bottom), width a share of the
            frame and 0 where there is no wall; each (N,).
    """

    actor: Pose
    partner: Pose
    stranger: Pose
    zoom: Floats
    pan_x: Floats
    pan_y: Floats
    wall: tuple[NDArray[np.int64], Floats]


def draw_paths(pairs: NDArray[np.int64], frames: int, random: np.random.Generator) -> Paths:
    """Draw how everything moves in some videos of the first motion of each pair.

    Each motion goes round in cycles: at frame t it is at the phase p(t) = p0 + t/period, modulo 1. Since p0 is uniform,
    and everything else that moves is either drawn afresh in each frame or drifts symmetrically about the middle of the
    video, each single frame has the same distribution as the same frame of the reversed video.

    Args:
        pairs: Index into `PAIRS`, (N,).
        frames: Frames a video, T.
        random: Source of all draws.

    Returns:
        The paths.
    """
    draws = _Draws(len(pairs), frames, random)
    phase = (draws.between(0, 1) + draws.time / np.exp(draws.between(np.log(_SHORTEST), np.log(_LONGEST)))) % 1
    for pair, move in enumerate(_MOVES):
        rows = np.flatnonzero(pairs == pair)
        move(draws, rows, phase[rows])
    return draws.paths()


class _Draws:
    """What all motions have in common, and where each writes its own; rows are videos, columns are frames."""

    def __init__(self, count: int, frames: int, random: np.random.Generator) -> None:
        self.count, self.random = count, random
        self.time = np.arange(frames)[None]
        # from -0.5 to about 0.5 in 16 frames, 0 in the middle: a drift along it is symmetric in time
        self.late = (self.time - (frames - 1) / 2) / 16
        ones = np.ones((count, frames))
        self.x, self.y = self.drift(0.5, 0.16, 0.12, 0.006), self.drift(0.5, 0.16, 0.12, 0.006)
        self.size, self.angle = self.between(0.4, 0.6) * ones, self.between(-0.5, 0.5) * ones
        self.cover = ones
        self.partner = np.stack([self.x, self.y, self.between(0.26, 0.36) * ones, -self.angle, 0 * ones])
        self.stranger = np.stack(
            [
                self.drift(0.5, 0.5, 0.2, 0.006), self.drift(0.5, 0.5, 0.2, 0.006), self.between(0.2, 0.34) * ones,
                self.between(-np.pi, np.pi) * ones, self.between(0.6, 1) * (self.between(0, 1) < 0.6) * ones,
            ]
        )  # fmt: skip
        self.zoom = np.ones_like(self.x)
        self.pan_x, self.pan_y = self.drift(0, 0, 0.25, 0.004), self.drift(0, 0, 0.25, 0.004)
        self.sides, self.widths = self.random.integers(0, 4, self.count), np.zeros(self.count)
        # drawn for every video, so that a motion takes no draws of its own
        self.heading, self.share = self.between(0, 2 * np.pi), self.between(0, 1)

    def between(self, low: float, high: float) -> NDArray[np.float64]:
        """Draw one number for each video, (N, 1)."""
        return self.random.uniform(low, high, (self.count, 1))

    def drift(self, middle: float, spread: float, speed: float, shake: float) -> NDArray[np.float64]:
        """Draw a slow drift about a place near the middle, with a shake in every frame, (N, T)."""
        place = self.between(middle - spread, middle + spread) + self.between(-speed, speed) * self.late
        return place + self.random.normal(0, shake, place.shape)

    def paths(self) -> Paths:
        """Return what was drawn."""
        actor = np.stack([self.x, self.y, self.size, self.angle, self.cover])
        moving, partner, stranger = (Pose(*pose.astype(np.float32)) for pose in (actor, self.partner, self.stranger))
        zoom, pan_x, pan_y = (moved.astype(np.float32) for moved in (self.zoom, self.pan_x, self.pan_y))
        return Paths(moving, partner, stranger, zoom, pan_x, pan_y, (self.sides, self.widths.astype(np.float32)))


_Move = Callable[[_Draws, NDArray[np.int64], NDArray[np.float64]], None]


def _left(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    draws.x[rows] = 0.5 + (0.5 - phase) * (1 + draws.size[rows])


def _up(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    draws.y[rows] = 0.5 + (0.5 - phase) * (1 + draws.size[rows])


def _clockwise(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    draws.angle[rows] += 2 * np.pi * phase


def _zoom_in(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    draws.zoom[rows] = (1.7 + 0.8 * draws.share[rows]) ** (phase - 0.4)


def _appear(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    draws.cover[rows] = phase


def _accelerate(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    across, down = np.cos(draws.heading[rows]), np.sin(draws.heading[rows])
    # how far the frame's edge is in that direction, and half of the actor
    reach = (0.5 + draws.size[rows] / 2) / np.maximum(np.abs(across), np.abs(down))
    way = reach * (2 * (_SLOWEST * phase + (1 - _SLOWEST) * phase**2) - 1)
    draws.x[rows], draws.y[rows] = 0.5 + way * across, 0.5 + way * down


def _approach(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    width = 0.3 + 0.15 * draws.share[rows]
    draws.widths[rows] = width[:, 0]
    half = draws.size[rows] / 2
    # from outside the frame to behind the wall
    place = (width - half) + (1 + 2 * half - width) * (1 - phase)
    sides = draws.sides[rows][:, None]
    far = np.where(sides % 2 == 0, place, 1 - place)
    draws.x[rows] = np.where(sides < 2, far, draws.x[rows])
    draws.y[rows] = np.where(sides >= 2, far, draws.y[rows])


def _catch(draws: _Draws, rows: NDArray[np.int64], phase: NDArray[np.float64]) -> None:
    across, down = np.cos(draws.heading[rows]), np.sin(draws.heading[rows])
    size, other = draws.size[rows] * 0.85, draws.partner[2][rows]
    away = 0.85 * np.abs(2 * phase - 1)
    carried = np.where(phase > 0.5, away, 0)
    place_x, place_y = draws.x[rows], draws.y[rows]
    near = 0.42 * (size + other)
    draws.x[rows], draws.y[rows] = place_x + (away + near) * across, place_y + (away + near) * down
    draws.size[rows] = size
    draws.partner[0][rows], draws.partner[1][rows] = place_x + carried * across, place_y + carried * down
    draws.partner[4][rows] = 1


_MOVES: tuple[_Move, ...] = (_left, _up, _clockwise, _zoom_in, _appear, _accelerate, _approach, _catch)
