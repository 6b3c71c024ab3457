"""Architectures that read images, and what they say to anything else."""

from netwright.records.errors import CandidateError


def image_shape(model: str, shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Return the shape of an image, or refuse another one.

    Args:
        model: Name of the architecture, for the message.
        shape: Of an input.

    Returns:
        (channels, height, width).

    Raises:
        CandidateError: It is no shape of an image.

    >>> image_shape("resnet", (3, 32, 32))
    (3, 32, 32)
    """
    if len(shape) != 3:
        raise CandidateError(
            f"{model}: found inputs of shape {shape}; it convolves images (channels, height, width): for rows of a "
            "table take mlp, logistic-regression, decision-tree or random-forest"
        )
    channels, height, width = shape
    return channels, height, width
