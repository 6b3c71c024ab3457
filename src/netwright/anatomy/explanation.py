"""An explanation of one answer: Grad-CAM, and whether hiding frames tells the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, nan

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.anatomy.curve_agreement import CurveAgreement, curve_agreement
from netwright.anatomy.grad_cam import CLIP, GradCam, Layer, grad_cam
from netwright.anatomy.time_occlusion import Hiding, Occlusion, held, occlude_in_time
from netwright.data.images import CENTRE, SPREAD
from netwright.records.errors import ModelError
from netwright.records.explanation import LEAST_LOST, Explanation, FrameHeat, Grid, HeatLayer, ShownFrame
from netwright.records.picture import Picture, picture_of

MOST_SHOWN = 16
"""Frames of a clip that are kept as pictures."""
LARGEST_PICTURE, LARGEST_GRID = 128, 16
"""The longer side of a picture, in pixels, and of its grid of heat, in places."""
_WHITE = 255


@dataclass(frozen=True, eq=False)
class Subject:
    """A model with what is said of it.

    Args:
        model: Answers logits (N, K) in evaluation mode.
        title: What it is called.
        kind: Its architecture, or the factory that made it.
        classes: What each logit means.
    """

    model: nn.Module
    title: str
    kind: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """What is said of an image or a clip.

    Args:
        source: What it is, such as the name of a file.
        truth: Its class; None where it is not known.
        seconds: When each frame is shown, from the start of the video; empty where that is not known.
    """

    source: str
    truth: int | None = None
    seconds: tuple[float, ...] = ()


def explain(
    subject: Subject,
    inputs: Tensor,
    sample: Sample,
    *,
    label: int | None = None,
    layers: Sequence[str] | None = None,
    hiding: Hiding = held,
) -> Explanation:
    """Return where, and when, a model sees what speaks for a class.

    Args:
        subject: The model.
        inputs: One clip (C, T, H, W) or one image (C, H, W), as the model takes them: bytes, or numbers as
            `netwright.data.images.to_inputs` makes them.
        sample: What is said of it.
        label: The class; the most probable one if not given.
        layers: Paths of modules where the heat is read, see `grad_cam`.
        hiding: What stands in place of hidden frames.

    Returns:
        The explanation.

    Raises:
        ModelError: As for `grad_cam`; the model has another number of classes than is said, or its answer is not
            finite.
    """
    seen = grad_cam(subject.model, inputs, label, layers)
    _check(subject, seen.logits)
    heat = (seen.heat if inputs.dim() == CLIP else seen.heat[None]).double().cpu()
    moving = inputs.dim() == CLIP and inputs.shape[1] > 1
    hidden = occlude_in_time(subject.model, inputs, seen.label, hiding=hiding) if moving else None
    frames = _frames(heat, seen.unread, hidden, sample)
    agreement = _agreement(frames[seen.unread :])
    return Explanation(
        title=subject.title,
        model=subject.kind,
        source=sample.source,
        classes=subject.classes,
        probabilities=tuple(torch.softmax(seen.logits.double(), dim=0).tolist()),
        label=seen.label,
        truth=sample.truth,
        layers=tuple(_layer(layer) for layer in seen.layers),
        frames=frames,
        shown=_shown(inputs, heat, seen.layers),
        stretch=hidden.stretch if hidden else 0,
        agreement=agreement.rank_correlation,
        agreement_by_chance=agreement.chance,
        notes=_notes(seen, hidden, heat),
    )


def _check(subject: Subject, logits: Tensor) -> None:
    if len(logits) != len(subject.classes):
        raise ModelError(f"{subject.title} answers {len(logits)} logits for {len(subject.classes)} classes")
    if not bool(torch.isfinite(logits).all()):
        raise ModelError(f"{subject.title}: its answer is not made of finite numbers; it cannot be explained")


def _frames(heat: Tensor, unread: int, hidden: Occlusion | None, sample: Sample) -> tuple[FrameHeat, ...]:
    count, total = len(heat), float(heat.sum())
    unknown = [nan] * count
    shares = (heat.sum(dim=(1, 2)) / total).tolist() if total else unknown
    columns = (
        sample.seconds or unknown,
        # what no gradient reaches is not cold but unknown
        [*unknown[:unread], *shares[unread:]],
        hidden.drops.tolist() if hidden else unknown,
        hidden.lost.tolist() if hidden else unknown,
    )
    return tuple(
        FrameHeat(seconds=seconds, share=share, drop=drop, lost=lost)
        for seconds, share, drop, lost in zip(*columns, strict=True)
    )


def _agreement(frames: Sequence[FrameHeat]) -> CurveAgreement:
    """Return how heat and hidden frames agree, over the frames that a gradient reaches."""
    # comparisons with NaN are false
    if any(abs(frame.lost) >= LEAST_LOST for frame in frames) and any(frame.share > 0 for frame in frames):
        return curve_agreement([frame.share for frame in frames], [frame.lost for frame in frames])
    return CurveAgreement(nan, nan)


def _layer(layer: Layer) -> HeatLayer:
    frames, height, width = layer.size
    return HeatLayer(name=layer.name, frames=frames, height=height, width=width)


def _shown(inputs: Tensor, heat: Tensor, layers: Sequence[Layer]) -> tuple[ShownFrame, ...]:
    frames = len(heat)
    parts = min(frames, MOST_SHOWN)
    chosen = [(2 * part + 1) * frames // (2 * parts) for part in range(parts)]
    pixels = _bytes(inputs if inputs.dim() == CLIP else inputs[:, None])
    height, width = _within(heat.shape[1:], LARGEST_GRID)
    # more places tell nothing new, but twice as many as the layer has keep the slopes between two of them
    rows, columns = (2 * max(layer.size[axis] for layer in layers) for axis in (1, 2))
    low = functional.adaptive_avg_pool2d(heat[None], (min(height, rows), min(width, columns)))[0]
    hottest = float(low.max())
    scaled = low / hottest if hottest else low
    return tuple(
        ShownFrame(frame=frame, picture=_picture(pixels[:, frame]), heat=_grid(scaled[frame])) for frame in chosen
    )


def _bytes(pixels: Tensor) -> Tensor:
    if not pixels.is_floating_point():
        return pixels.cpu()
    return ((pixels.detach().cpu() * SPREAD + CENTRE) * _WHITE).round().clamp(0, _WHITE).to(torch.uint8)


def _picture(pixels: Tensor) -> Picture:
    size = _within(pixels.shape[1:], LARGEST_PICTURE)
    if size != tuple(pixels.shape[1:]):
        pixels = functional.interpolate(pixels[None].float(), size=size, mode="area")[0].round().to(torch.uint8)
    # of other numbers of channels, such as with depth, the first is shown
    colours = pixels if len(pixels) in (1, 3) else pixels[:1]
    return picture_of(colours.permute(1, 2, 0).contiguous().numpy().tobytes(), size[1], size[0])


def _within(size: Sequence[int], most: int) -> tuple[int, int]:
    height, width = size
    scale = max(height, width, most) / most
    return max(1, round(height / scale)), max(1, round(width / scale))


def _grid(heat: Tensor) -> Grid:
    return tuple(tuple(round(value, 3) for value in row) for row in heat.tolist())


def _notes(seen: GradCam, hidden: Occlusion | None, heat: Tensor) -> tuple[str, ...]:
    notes, frames = [], len(heat)
    if not bool(heat.any()):
        notes.append(f"nothing at {_names(seen.layers)} speaks for the class: the heat is 0 everywhere")
    apart = max(layer.size[0] for layer in seen.layers)
    read = frames - seen.unread
    if frames > 1 and apart == 1:
        notes.append(f"{_names(seen.layers)} keeps no time apart: the heat is the same in every frame")
    elif frames > 1 and apart < read:
        each = ceil(read / apart)
        notes.append(
            f"the heat tells {apart} parts of about {each} frames apart; between their middles it is interpolated"
        )
    if seen.slower:
        kept = max(layer.size[0] for layer in seen.slower)
        notes.append(
            f"it is not read at the last layer, {_names(seen.slower)}: {kept} of {read} frames are left there, too few "
            "for a curve over time"
        )
    if seen.finer:
        offers = "; ".join(f"{_names(some)} ({max(one.size[0] for one in some)} parts)" for some in seen.finer)
        notes.append(f"earlier layers keep more time apart, and know less of the class: {offers}")
    if seen.unread:
        notes.append(
            f"the network hands on what it saw of the first {seen.unread} frames without a gradient, so they have no "
            "heat; hiding frames tells of them too"
        )
    if hidden is not None:
        notes.append(
            f"{hidden.stretch} frames were hidden together ({hidden.hidden.replace('_', ' ')}); what a frame loses "
            "is the mean over the stretches that hold it"
        )
    return tuple(notes)


def _names(layers: Sequence[Layer]) -> str:
    return ",".join(layer.name for layer in layers)
