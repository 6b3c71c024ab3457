"""Architectures that read clips, and what they say to anything else."""

from netwright.records.errors import CandidateError


def clip_shape(model: str, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the shape of a clip, or refuse another one.

    Args:
        model: Name of the architecture, for the message.
        shape: Of an input.

    Returns:
        (channels, frames, height, width).

    Raises:
        CandidateError: It is no shape of a clip.

    >>> clip_shape("causal-shufflenet", (3, 16, 112, 112))
    (3, 16, 112, 112)
    """
    if len(shape) != 4 or min(shape) < 1:
        raise CandidateError(
            f"{model}: found inputs of shape {shape}; it reads clips (channels, frames, height, width), each at least "
            "1: take data of videos, or for images resnet, googlenet, vgg or alexnet"
        )
    channels, frames, height, width = shape
    return channels, frames, height, width
