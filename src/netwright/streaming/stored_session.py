"""A stored model as a session: what `netwright stream` runs."""

from typing import TYPE_CHECKING

import torch

from netwright.data.frame_form import CentreSquare, FrameForm, Resized
from netwright.records.errors import InputError
from netwright.streaming.clip_stream import clip_stream
from netwright.streaming.heads.head import Head
from netwright.streaming.session import Session
from netwright.streaming.streamer import Streamer

if TYPE_CHECKING:
    from netwright.models.stored import Stored

_AXES = 4


def stored_streamer(stored: "Stored", mode: str = "causal", head: Head | None = None) -> Streamer:
    """Return a stored model as a stream of bytes, uint8 frames of one video; of one with subclips its whole form.

    Args:
        stored: A model of clips.
        mode: `causal` or `delayed`, see `netwright.streaming.streamer.stream`.
        head: What becomes of pools over all frames.

    Returns:
        The stream.

    Raises:
        InputError: It is no model of clips.
        ModelError: The mode is unknown, or an operation of the model cannot run on a stream.
    """
    if len(stored.shape) != _AXES or stored.shape[0] != 3:
        raise InputError(
            f"the model {stored.candidate.name} takes inputs of shape {stored.shape}; a stream needs one of clips, "
            "(3, frames, height, width)"
        )
    return clip_stream(stored.model, torch.zeros(1, *stored.shape, dtype=torch.uint8), mode, head)


def stored_session(stored: "Stored", streamer: Streamer, *, top: int = 5, chunk: int = 1, stride: int = 1) -> Session:
    """Return a session that sees frames as the clips of data sets do: see `frame_form_of`.

    Args:
        stored: The model.
        streamer: The same model, of `stored_streamer`.
        top: How many classes an update names.
        chunk: Frames that are taken together.
        stride: Every so many frames one is taken.

    Returns:
        The session.
    """
    return Session(streamer, frame_form_of(stored.shape), stored.classes, top=top, chunk=chunk, stride=stride)


def frame_form_of(shape: tuple[int, ...]) -> FrameForm:
    """Return the form in which data sets cut frames for clips of a shape: the middle square, or the whole frame.

    Args:
        shape: (3, frames, height, width).

    Returns:
        The form.

    >>> frame_form_of((3, 16, 112, 112)), frame_form_of((3, 16, 60, 80))
    (CentreSquare(size=112), Resized(height=60, width=80))
    """
    height, width = shape[-2:]
    return CentreSquare(height) if height == width else Resized(height, width)
