"""Videos of motions as a camera sees them: things on their paths before a photo, with flicker and noise."""

from dataclasses import astuple
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from netwright.data.motion_paths import Floats, Pose, draw_paths
from netwright.data.motion_textures import Textures

_Factors = NDArray[np.floating[Any]]
_WHITE = 255
_EDGE = 0.04
"""Width of the dark edge of a wall, in shares of a frame."""


def perform(
    labels: NDArray[np.int64],
    cast: NDArray[np.int64],
    textures: Textures,
    shape: tuple[int, int],
    random: np.random.Generator,
) -> Tensor:
    """Render videos of motions.

    A video of label 2k is a draw of the first motion of pair k; one of label 2k + 1 is such a draw with its frames in
    reversed order. No draw depends on which of the two a video is: equal random states give clips that are equal but
    for the order of frames.

    Args:
        labels: 2 times an index into `netwright.data.motion_paths.PAIRS`, plus 1 where frames are reversed, (N,).
        cast: Who acts: index into the actors of `textures`, (N,).
        textures: Actors and photos.
        shape: (frames, side in pixels).
        random: Source of all draws.

    Returns:
        Clips, uint8 (N, 3, T, H, W).
    """
    pairs, turned = np.divmod(labels, 2)
    paths = draw_paths(pairs, shape[0], random)
    camera = _Camera(len(labels), shape, textures, random)
    scene = camera.photo(paths.zoom, paths.pan_x, paths.pan_y)
    scene.mul_(camera.between(0.3, 0.8)).add_(camera.between(0, 0.3))
    others = random.integers(0, len(textures.actors), (2, len(labels)))
    for who, pose in ((others[0], paths.stranger), (others[1], paths.partner), (cast, paths.actor)):
        camera.paint(scene, who, pose, paths.zoom)
    camera.wall(scene, *paths.wall)
    clips = camera.seen(scene)
    swapped = torch.from_numpy(turned == 1)
    clips[swapped] = clips[swapped].flip(2)
    return clips


class _Camera:
    """Many videos that are painted at once, float (N, 3, T, H, W) from 0 to 1, each with draws of its own."""

    def __init__(self, count: int, shape: tuple[int, int], textures: Textures, random: np.random.Generator) -> None:
        self.count, (self.frames, self.size) = count, shape
        self.textures, self.random = textures, random

    def between(self, low: float, high: float, channels: int = 1) -> Tensor:
        """Draw one number for each video, or for each of its channels, (N, 1 or 3, 1, 1, 1)."""
        drawn = self.random.uniform(low, high, (self.count, channels, 1, 1, 1))
        return torch.from_numpy(drawn.astype(np.float32))

    def photo(self, zoom: Floats, pan_x: Floats, pan_y: Floats) -> Tensor:
        """Return what the camera sees of a photo: a part of about a half by a third of it, mirrored at its edges."""
        photos, (count, frames) = self.textures.photos, zoom.shape
        which = self.random.integers(0, len(photos), count)
        mirror = self.random.choice((-1.0, 1.0), (count, 1))
        scale = self.random.uniform(0.8, 1.3, (count, 1))
        middle = self.random.uniform(-0.6, 0.6, (2, count, 1))
        wide, high = mirror * scale * self.size / photos.shape[3], scale * self.size / photos.shape[2]
        zeros = np.zeros_like(zoom)
        grid = self._grid(
            (wide / zoom, zeros, middle[0] + 2 * pan_x * wide), (zeros, high / zoom, middle[1] + 2 * pan_y * high)
        )
        seen = torch.empty(count, 3, frames, self.size, self.size)
        for number, photo in enumerate(photos):
            rows = torch.from_numpy(np.flatnonzero(which == number))
            flat = grid[rows].reshape(1, -1, self.size, 2)
            found = functional.grid_sample(photo[None], flat, padding_mode="reflection", align_corners=False)
            seen[rows] = found.view(3, len(rows), frames, self.size, self.size).transpose(0, 1)
        # other colours than those of the photos: red, green and blue change places
        order = torch.from_numpy(self.random.permuted(np.tile(np.arange(3), (count, 1)), axis=1))
        return seen[torch.arange(count)[:, None], order]

    def paint(self, scene: Tensor, who: NDArray[np.int64], pose: Pose, zoom: Floats) -> None:
        """Paint a thing on the scenes that it is in, in a colour of its own."""
        colour = self.between(0.35, 1.1, 3)
        rows = np.flatnonzero(pose.cover.any(axis=1))
        x, y, size, angle, cover, near = (part[rows] for part in (*astuple(pose), zoom))
        x, y, size = 0.5 + (x - 0.5) * near, 0.5 + (y - 0.5) * near, size * near
        turn, slope = np.cos(angle) / size, np.sin(angle) / size
        # from the frame to the picture of the thing: the inverse of placing it
        grid = self._grid(
            (turn, slope, turn * (1 - 2 * x) + slope * (1 - 2 * y)),
            (-slope, turn, turn * (1 - 2 * y) - slope * (1 - 2 * x)),
        )
        pictures = self.textures.actors[torch.from_numpy(who[rows])]
        seen = functional.grid_sample(pictures, grid.flatten(1, 2), align_corners=False)
        seen = seen.view(len(rows), 2, self.frames, self.size, self.size)
        seen *= torch.from_numpy(cover)[:, None, :, None, None]
        places = torch.from_numpy(rows)
        scene[places] = scene[places].mul_(1 - seen[:, 1:]).addcmul_(seen[:, :1], colour[places])

    def wall(self, scene: Tensor, side: NDArray[np.int64], width: Floats) -> None:
        """Paint a wall with a dark edge along one side of the frame, where its width is not 0."""
        colour = self.between(0, 0.6, 3)
        rows = np.flatnonzero(width)
        still = np.ones((len(rows), 1), np.float32)
        places = torch.from_numpy(rows)
        texture = self.photo(still, 0 * still, 0 * still) * 0.4 + colour[places]
        steps = (torch.arange(self.size) + 0.5) / self.size
        across, down = steps.expand(self.size, -1), steps[:, None].expand(-1, self.size)
        way = torch.stack([across, 1 - across, down, 1 - down])[torch.from_numpy(side[rows])]
        inside = (torch.from_numpy(width[rows])[:, None, None] - way) * self.size
        cover, body = ((inside + 0.5 - edge).clamp(0, 1)[:, None, None] for edge in (0, _EDGE * self.size))
        scene[places] = scene[places].mul_(1 - cover).add_(cover * body * texture)

    def seen(self, scene: Tensor) -> Tensor:
        """Return scenes as bytes: light that flickers, and noise."""
        period, start = self.random.uniform(4, 40, (self.count, 1)), self.random.uniform(0, 1, (self.count, 1))
        depth, grain = self.random.uniform(0, 0.12, (self.count, 1)), self.between(0.01, 0.05)
        light = 1 + depth * np.sin(2 * np.pi * (np.arange(self.frames) / period + start))
        scene *= torch.from_numpy(light.astype(np.float32))[:, None, :, None, None]
        noise = torch.from_numpy(self.random.standard_normal(tuple(scene.shape), dtype=np.float32))
        return scene.add_(noise.mul_(grain)).mul_(_WHITE).round_().clamp_(0, _WHITE).to(torch.uint8)

    def _grid(self, *maps: tuple[_Factors, _Factors, _Factors]) -> Tensor:
        """Return where (N, T, H, W) pixels lie in a picture, both from -1 to 1.

        Each of the two maps, to its x and to its y, is (a, b, c) of a x + b y + c; each (N, T).
        """
        steps = (2 * torch.arange(self.size) + 1) / self.size - 1
        grid = torch.empty(*maps[0][0].shape, self.size, self.size, 2)
        for place, factors in enumerate(maps):
            across, down, shift = (torch.from_numpy(part.astype(np.float32))[..., None] for part in factors)
            torch.add((across * steps)[..., None, :], (down * steps + shift)[..., None], out=grid[..., place])
        return grid
