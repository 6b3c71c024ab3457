"""What every module of a network answers for one input, and which of these answers the logits are made of."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import Node

FRAMES_PLACE = 2
"""Dimension of a batch of clips (N, C, T, H, W) that counts its frames."""
_CLIP, _IMAGE = 5, 4


@dataclass(frozen=True, eq=False)
class Activation:
    """One answer of one module.

    Args:
        name: Path of the module in the network, such as `trunk.3`.
        value: What it answered, part of the graph of gradients.
        node: Where the rest of the network takes it up in that graph.
        frames: Frames of the clip that was read, 0 of an image.
        weighted: Whether the module has parameters.
        padded: Whether the module has none, and its answer has more places than what it read.
        place: How many answers were given before.
    """

    name: str
    value: Tensor
    node: Node
    frames: int
    weighted: bool
    padded: bool
    place: int

    @property
    def size(self) -> tuple[int, int, int] | None:
        """(T', H', W') of an answer with places, T' = 1 of an image's; None of one without, such as a vector.

        A network of images that reads a clip frame by frame answers (T, C, H', W'): its frames are the batch.
        """
        shape = tuple(self.value.shape)
        if self.frames and len(shape) == _CLIP:
            return shape[FRAMES_PLACE], shape[3], shape[4]
        if len(shape) == _IMAGE and shape[0] == max(1, self.frames):
            return shape[0], shape[2], shape[3]
        return None

    def placed(self, like: Tensor) -> Tensor:
        """Return a tensor of the shape of `value` as (C, T', H', W')."""
        return like[0] if like.dim() == _CLIP else like.transpose(0, 1)


@contextmanager
def recorded(model: nn.Module, frames: int) -> Iterator[list[Activation]]:
    """Keep the answers of every module inside a network while it runs.

    What follows a module gets a copy, so that an operation in place does not change what was kept. A network whose
    weights are frozen is watched too: gradients begin at its first answers.

    Args:
        model: The network.
        frames: Frames of the clip that it will read, 0 of an image.

    Yields:
        The list that is filled, in the order in which modules answer.
    """
    kept: list[Activation] = []

    def keeper(name: str, weighted: bool) -> Callable[[nn.Module, Any, Any], Tensor | None]:
        def keep(_module: nn.Module, inputs: Any, output: Any) -> Tensor | None:
            if not isinstance(output, Tensor) or not output.is_floating_point():
                return None
            value = output if output.requires_grad else output.detach().requires_grad_()
            passed_on = value.clone()
            if passed_on.grad_fn is None:
                return None
            padded = not weighted and _has_more_places(output, inputs)
            kept.append(Activation(name, value, passed_on.grad_fn, frames, weighted, padded, len(kept)))
            return passed_on

        return keep

    handles = [
        part.register_forward_hook(keeper(name, next(part.parameters(), None) is not None))
        for name, part in model.named_modules()
        if name
    ]
    try:
        with torch.enable_grad():
            yield kept
    finally:
        for handle in handles:
            handle.remove()


def last_activations(output: Node | None, activations: Sequence[Activation]) -> list[Activation]:
    """Return the answers through which something was made: the last ones on each way to it.

    In a network with two paths these are two. Where a shortcut leads around the later one of two answers on one way,
    the earlier one alone counts: its gradient is of both.

    Args:
        output: Where it stands in the graph of gradients.
        activations: Those that may be returned.

    Returns:
        The answers, in the order in which modules gave them; none where none leads there.
    """
    return earliest(_first_met([output], activations))


def earliest(activations: Sequence[Activation]) -> list[Activation]:
    """Return the answers that none of the others led to.

    Args:
        activations: Some answers, each once.

    Returns:
        Those of them, in the order in which modules gave them.
    """
    first = [one for one in activations if not _first_met(_before(one.node), activations)]
    return sorted(first, key=lambda one: one.place)


def learned(activations: Sequence[Activation]) -> list[Activation]:
    """Return the answers that tell something new of the input.

    Args:
        activations: Of all modules of a network.

    Returns:
        Those that parameters had a part in, the others being the input in another form, and that are not padded: behind
        a padding, places are no longer where they were.
    """
    weighted = [one for one in activations if one.weighted]
    return [one for one in activations if not one.padded and (one.weighted or _first_met(_before(one.node), weighted))]


def _has_more_places(output: Tensor, inputs: Sequence[Any]) -> bool:
    given = next((one for one in inputs if isinstance(one, Tensor)), output)
    return given.dim() == output.dim() and any(
        after > before for after, before in zip(output.shape[2:], given.shape[2:], strict=True)
    )


def _first_met(start: Sequence[Node | None], activations: Sequence[Activation]) -> list[Activation]:
    nodes = {one.node: one for one in activations}
    waiting, seen, met = [node for node in start if node is not None], set(), []
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in nodes:
            met.append(nodes[node])
        else:
            waiting.extend(_before(node))
    return met


def _before(node: Node) -> list[Node]:
    return [before for before, _ in node.next_functions if before is not None]
