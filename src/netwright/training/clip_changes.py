"""Random changes of training clips that are the same for every frame of a clip, so that its motion stays a motion."""

import torch
from torch import Tensor
from torch.nn.functional import interpolate

SCALES = (1.0, 2**-0.25, 2**-0.5, 2**-0.75, 0.5)
"""Sides of the crop as shares of the clip's."""
CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.5, 0.5))
"""Where the crop lies, down and to the right, as shares of the room that it leaves: four corners and the centre."""
REACH = 0.1
"""A clip is shifted by up to this share of its side."""


def corner_crop(clips: Tensor, generator: torch.Generator) -> Tensor:
    """Return a corner or the centre of each clip, scaled back to the clip's size.

    The crop has s H x s W pixels with s uniform on `SCALES` and a place uniform on `CORNERS`; it is brought back to
    H x W by bilinear interpolation, bytes rounded. Every frame of a clip has the same crop; clips are drawn one by one.

    Args:
        clips: (N, C, T, H, W), uint8 or floating, on any device.
        generator: Source of the draws, on the CPU.

    Returns:
        (N, C, T, H, W) of the same type; the argument stays as it was.

    Source: Wang et al. 2015, "Towards Good Practices for Very Deep Two-Stream ConvNets", section 3 (corner cropping
    and multi-scale cropping); the scales are those of Hara et al. 2018, "Can Spatiotemporal 3D CNNs Retrace the
    History of 2D CNNs and ImageNet?", section 3.2.

    >>> clip = torch.arange(16.0).reshape(1, 1, 1, 4, 4).expand(1, 1, 3, 4, 4)
    >>> changed = corner_crop(clip, torch.Generator().manual_seed(1))
    >>> changed.shape, bool((changed[:, :, 0] == changed[:, :, 2]).all())
    (torch.Size([1, 1, 3, 4, 4]), True)
    """
    count, channels, frames, height, width = clips.shape
    scales = torch.randint(len(SCALES), (count,), generator=generator).tolist()
    places = torch.randint(len(CORNERS), (count,), generator=generator).tolist()
    changed = torch.empty_like(clips, memory_format=torch.contiguous_format)
    for clip, scale, place in zip(range(count), scales, places, strict=True):
        rows, columns = (max(1, round(side * SCALES[scale])) for side in (height, width))
        down, right = CORNERS[place]
        top, left = round((height - rows) * down), round((width - columns) * right)
        part = clips[clip, :, :, top : top + rows, left : left + columns]
        # frames of all channels are the channels of one picture; not every device interpolates bytes
        picture = part.reshape(1, channels * frames, rows, columns)
        numbers = picture if picture.is_floating_point() else picture.to(torch.float32)
        scaled = interpolate(numbers, (height, width), mode="bilinear", align_corners=False)
        rounded = scaled if picture.is_floating_point() else scaled.round()
        changed[clip] = rounded.reshape(channels, frames, height, width).to(clips.dtype)
    return changed


def shift_clips(clips: Tensor, generator: torch.Generator) -> Tensor:
    """Return each clip moved by a random whole number of pixels, up to a tenth of its sides, at least one.

    y(t, i, j) = x(t, i - d, j - e) with d, e uniform on whole numbers, the same for all frames t; outside the clip,
    its nearest pixel.

    Args:
        clips: (N, C, T, H, W), on any device.
        generator: Source of the draws, on the CPU.

    Returns:
        (N, C, T, H, W); the argument stays as it was.

    Source: Krizhevsky, Sutskever and Hinton 2012, "ImageNet Classification with Deep Convolutional Neural Networks",
    section 4.1 (translations).

    >>> clip = torch.arange(4.0).reshape(1, 1, 1, 1, 4)
    >>> sorted({tuple(shift_clips(clip, torch.Generator().manual_seed(s)).flatten().tolist()) for s in range(20)})
    [(0.0, 0.0, 1.0, 2.0), (0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 3.0)]
    """
    count, _, _, height, width = clips.shape
    rows, columns = (_moved(side, count, generator).to(clips.device) for side in (height, width))
    clip = torch.arange(count, device=clips.device)
    # (N, H, W, C, T): the indices of channels and frames lie between the others
    moved = clips[clip[:, None, None], :, :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 4, 1, 2).contiguous()


def flip_clips(clips: Tensor, generator: torch.Generator) -> Tensor:
    """Return each clip as it is or as its mirror image (left and right exchanged in every frame), with even chances.

    Mirroring changes what is left and right, and so which way things turn: it changes the class of "to the left" and
    of "clockwise". Use it only where every class looks the same in a mirror.

    Args:
        clips: (N, C, T, H, W), on any device.
        generator: Source of the draws, on the CPU.

    Returns:
        (N, C, T, H, W); the argument stays as it was.

    Source: Krizhevsky, Sutskever and Hinton 2012, section 4.1 (horizontal reflections).

    >>> clip = torch.arange(3.0).reshape(1, 1, 1, 1, 3)
    >>> sorted({tuple(flip_clips(clip, torch.Generator().manual_seed(s)).flatten().tolist()) for s in range(20)})
    [(0.0, 1.0, 2.0), (2.0, 1.0, 0.0)]
    """
    mirrored = torch.rand(len(clips), generator=generator) < 0.5
    return torch.where(mirrored.to(clips.device)[:, None, None, None, None], clips.flip(-1), clips)


def _moved(side: int, count: int, generator: torch.Generator) -> Tensor:
    reach = max(1, round(REACH * side)) if side > 1 else 0
    distance = torch.randint(-reach, reach + 1, (count, 1), generator=generator)
    return (torch.arange(side) - distance).clamp(0, side - 1)
