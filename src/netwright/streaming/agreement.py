"""A last look at a stream: of its example it must say what the network said."""

import torch
from torch import Tensor

from netwright.records.errors import InputError, ModelError
from netwright.streaming.graph import StreamGraph

TOLERANCE = 1e-3
ROUNDINGS = 64
"""How far the answers may be apart, for the largest number: this, or so many roundings of their type."""


def check_agreement(network: str, graph: StreamGraph, rows: bool, example: Tensor, said: Tensor) -> None:
    """Refuse a stream that says something else of its example than the network.

    What an operation reads may change unseen, such as a constant that is written to between two uses.

    Args:
        network: Its name, for the message.
        graph: The stream in mode delayed, which stays the network itself.
        rows: Whether the frames of its answer are rows of the network's.
        example: The clip that the network was recorded on, or another.
        said: What it said.

    Raises:
        ModelError: They differ.
    """
    try:
        with torch.no_grad():
            told = graph.offline(example)
    except (RuntimeError, ValueError, TypeError, IndexError, InputError) as error:
        raise ModelError(
            f"{network} cannot run on a stream: its operations, run anew, fail on a clip ({error})"
        ) from error
    told = told.flatten(0, 1) if rows else told
    if told.shape != said.shape:
        raise ModelError(
            f"{network} cannot run on a stream: of its example it says {tuple(said.shape)}, a stream "
            f"{tuple(told.shape)}; keep the axis of the videos, and name the axes to squeeze"
        )
    if not _same(told, said.detach()):
        raise ModelError(
            f"{network} cannot run on a stream: its operations, run anew on a clip, give other numbers; what they read "
            "depends on the length of the clip, or changes while the network runs, as a constant that is written to"
        )


def _same(told: Tensor, said: Tensor) -> bool:
    if not (said.is_floating_point() or said.is_complex()):
        # a class may tip over by a rounding
        return told.dtype == said.dtype
    apart = max(TOLERANCE, ROUNDINGS * torch.finfo(said.dtype).eps)
    finite = said[said.isfinite()]
    largest = finite.abs().max().item() if finite.numel() else 1.0
    return torch.allclose(told.to(said.dtype), said, rtol=apart, atol=apart * largest, equal_nan=True)
