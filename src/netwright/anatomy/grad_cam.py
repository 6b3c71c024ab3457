"""Grad-CAM: where, and when, a network of images or videos sees what speaks for a class."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.anatomy.activations import Activation, earliest, last_activations, learned, recorded
from netwright.records.errors import ModelError, nearest
from netwright.structure.evaluation_mode import evaluation_mode

CLIP, IMAGE = 4, 3
"""Dimensions of a clip (C, T, H, W) and of an image (C, H, W)."""
LEAST_FRAMES = (4, 2, 1)
"""Frames that the activation of a layer should have, the best first: two tell a beginning from an end, and no more."""
MOST_NAMED = 12
"""Layers that an error lists; a large network has hundreds."""


@runtime_checkable
class Subclips(Protocol):
    """A network that reads a clip in subclips, of which the last one alone has gradients.

    Args:
        subclip: Frames of each; the last one ends with the clip.
    """

    subclip: int


@dataclass(frozen=True)
class Layer:
    """A layer whose activations were looked at.

    Args:
        name: Path of the module in the network.
        size: (T', H', W') of its activations; T' = 1 of an image.
    """

    name: str
    size: tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class GradCam:
    """Where a network sees what speaks for a class.

    Args:
        heat: At least 0 everywhere, in the shape of the input: (T, H, W) of a clip, (H, W) of an image.
        label: The class that it is heat of.
        logits: What the network answered, (K,).
        layers: The layers that it was read from; several where several paths lead to the answer.
        slower: The last layers with places in space, where they were not chosen for having too few frames.
        finer: Earlier layers that have more frames, fewest first.
        unread: So many frames of the clip's start have no heat, since no gradient reaches them.
    """

    heat: Tensor
    label: int
    logits: Tensor
    layers: tuple[Layer, ...]
    slower: tuple[Layer, ...] = ()
    finer: tuple[tuple[Layer, ...], ...] = ()
    unread: int = 0


@dataclass(frozen=True, eq=False)
class _Run:
    logits: Tensor
    activations: Sequence[Activation]
    features: Sequence[Activation]
    shape: tuple[int, ...]

    @property
    def frames(self) -> int:
        return self.shape[1] if len(self.shape) == CLIP else 1


@torch.enable_grad()
def grad_cam(
    model: nn.Module, inputs: Tensor, label: int | None = None, layers: Sequence[str] | None = None
) -> GradCam:
    """Return where a network sees what speaks for a class: heat = relu(sum over c of w_c A_c).

    A is the activation of a layer, (C, T', H', W'), and w_c the mean over its places of d logit / d A_c. The heat is
    brought to the size of the input by interpolation, linear in time, height and width. Several layers are added on a
    grid as fine as the finest of them along each axis, each times its number of places: where a mean over places and a
    linear layer follow, the mean of a path's map is then what that path adds to the logit, before the relu.

    If no layer is named, it is the last one with more than one place in space and, of a clip, at least 4 frames; where
    none has 4, 2; where none has 2, one. Of several paths that meet behind it, each has its own such layer.

    Args:
        model: Answers logits (N, K) in evaluation mode; it is put in that mode meanwhile.
        inputs: One clip (C, T, H, W) or one image (C, H, W), as the network takes them, without the batch.
        label: The class; the most probable one if not given.
        layers: Paths of modules, such as `("trunk.3",)`.

    Returns:
        The heat, with what it was read from.

    Raises:
        ModelError: The input has another number of dimensions, the network does not take it or answers no logits, the
            label is none of its, or a layer is unknown, has no places, or has no gradient.

    Source: Selvaraju et al. 2017, "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
    section 3.

    >>> network = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.AvgPool2d(2), nn.Flatten())
    >>> network[0].weight.data.fill_(2.0).flatten().tolist()
    [2.0]
    >>> grad_cam(network, torch.tensor([[[1.0, 0.0], [-1.0, 3.0]]]), layers=["0"]).heat.tolist()
    [[0.5, 0.0], [0.0, 1.5]]
    """
    known = [name for name, _ in model.named_modules() if name]
    for name in layers or ():
        if name not in known:
            raise ModelError(f"the network has no layer {name!r}. {_near(name, known)}")
    run = _run(model, inputs)
    label = int(run.logits.argmax()) if label is None else label
    if not 0 <= label < len(run.logits):
        raise ModelError(f"found the label {label}; the network has {len(run.logits)} classes, from 0")
    if layers is not None:
        return _seen(model, run, label, _named(run, layers))
    return _seen_last(model, run, label)


def _seen_last(model: nn.Module, run: _Run, label: int) -> GradCam:
    last = last_activations(run.logits.grad_fn, _with_space(run, 1))
    if not last:
        raise ModelError(
            f"no layer of {type(model).__name__} keeps places of the input apart (its activations are vectors); "
            "Grad-CAM needs a convolutional layer"
        )
    chosen = _before(run, last, LEAST_FRAMES)
    seen = _seen(model, run, label, chosen)
    finer = tuple(_told(some) for some in _finer(run, last, seen.layers))
    return replace(seen, slower=() if last == chosen else _told(last), finer=finer)


def _near(name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    guess, _, _ = near.partition("Known: ")
    return near if len(known) <= MOST_NAMED else f"{guess}Print the network to see its {len(known)} layers."


def _run(model: nn.Module, inputs: Tensor) -> _Run:
    if inputs.dim() not in (CLIP, IMAGE):
        raise ModelError(
            f"found an input of shape {tuple(inputs.shape)}; pass one clip (channels, frames, height, width) or one "
            "image (channels, height, width), without the batch"
        )
    device = next((parameter.device for parameter in model.parameters()), inputs.device)
    frames = inputs.shape[1] if inputs.dim() == CLIP else 0
    with evaluation_mode(model), recorded(model, frames) as activations:
        try:
            logits = model(inputs[None].to(device))
        except RuntimeError as error:
            raise ModelError(
                f"{type(model).__name__} does not take an input of shape {tuple(inputs.shape)}: {error}"
            ) from error
    if not isinstance(logits, Tensor) or logits.dim() != 2 or len(logits) != 1:
        found = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ModelError(f"{type(model).__name__} answered {found} to one input; Grad-CAM needs logits (1, classes)")
    return _Run(logits[0], activations, learned(activations), tuple(inputs.shape))


def _with_space(run: _Run, least: int) -> list[Activation]:
    return [one for one in run.features if one.size and one.size[0] >= least and max(one.size[1:]) > 1]


def _before(run: _Run, last: Sequence[Activation], frames: Sequence[int]) -> list[Activation]:
    """Return what led to each of the last activations with so many frames, the first number that there is one of."""
    chosen: dict[int, Activation] = {}
    for one in last:
        found = (last_activations(one.node, _with_space(run, min(least, run.frames))) for least in frames)
        chosen |= {earlier.place: earlier for earlier in next((some for some in found if some), [])}
    return earliest(list(chosen.values()))


def _finer(run: _Run, last: Sequence[Activation], layers: Sequence[Layer]) -> list[list[Activation]]:
    """Return what led to the last activations with more frames than layers have, a list for each number of frames."""
    now = min(layer.size[0] for layer in layers)
    counts = sorted({one.size[0] for one in run.features if one.size is not None and one.size[0] > now})
    offers = [_before(run, last, (count,)) for count in counts]
    return [offer for place, offer in enumerate(offers) if offer and offer not in offers[:place]]


def _named(run: _Run, layers: Sequence[str]) -> list[Activation]:
    chosen = [one for one in run.activations if one.name in layers]
    for name in layers:
        answers = [one for one in chosen if one.name == name]
        if not answers:
            raise ModelError(f"the layer {name!r} answered no tensor for this input; name another one")
        shape = tuple(answers[0].value.shape)
        if answers[0].size is None:
            raise ModelError(
                f"the layer {name!r} answers {shape}, where places of the input are no longer apart; name an earlier "
                "one"
            )
    return chosen


def _seen(model: nn.Module, run: _Run, label: int, chosen: Sequence[Activation]) -> GradCam:
    gradients = torch.autograd.grad(
        run.logits[label], [one.value for one in chosen], allow_unused=True, retain_graph=True
    )
    read = [(one, gradient) for one, gradient in zip(chosen, gradients, strict=True) if gradient is not None]
    if not read:
        raise ModelError(f"no gradient of the logit reaches {_names(chosen)}; name another layer")
    maps = [_map(one, gradient) for one, gradient in read]
    grid = tuple(max(found.shape[axis] for found in maps) for axis in range(3))
    total = torch.stack([_resized(found, grid) * (found.numel() / prod(grid)) for found in maps]).sum(0)
    heat, unread = _on_input(model, functional.relu(total), run)
    return GradCam(heat, label, run.logits.detach(), _told([one for one, _ in read]), unread=unread)


def _map(one: Activation, gradient: Tensor) -> Tensor:
    """Return sum over c of w_c A_c, (T', H', W')."""
    weights = one.placed(gradient).mean(dim=(1, 2, 3), keepdim=True)
    return (weights * one.placed(one.value.detach())).sum(0)


def _on_input(model: nn.Module, heat: Tensor, run: _Run) -> tuple[Tensor, int]:
    if len(run.shape) == IMAGE:
        return _resized(heat, (1, *run.shape[1:]))[0], 0
    frames, sides = run.frames, run.shape[2:]
    read = model.subclip if isinstance(model, Subclips) else frames
    # a clip shorter than a subclip stands at its end
    part = _resized(heat, (read, *sides))[-frames:]
    unread = max(0, frames - read)
    return torch.cat([part.new_zeros(unread, *sides), part]), unread


def _resized(heat: Tensor, size: tuple[int, ...]) -> Tensor:
    if tuple(heat.shape) == tuple(size):
        return heat
    return functional.interpolate(heat[None, None], size=size, mode="trilinear", align_corners=False)[0, 0]


def _told(activations: Sequence[Activation]) -> tuple[Layer, ...]:
    return tuple(dict.fromkeys(Layer(one.name, one.size) for one in activations if one.size is not None))


def _names(activations: Sequence[Activation]) -> str:
    return ", ".join(dict.fromkeys(one.name for one in activations))
