"""The multilayer perceptron; 784-300-100-10 is the one of the lecture on machine learning in production."""

from collections.abc import Sequence
from itertools import pairwise
from math import prod

from torch import nn

from netwright.models.initialisation import start_weights
from netwright.models.options import whole, within
from netwright.records.errors import CandidateError


def mlp(shape: tuple[int, ...], classes: int, *, hidden: Sequence[int] = (300, 100), dropout: float = 0.0) -> nn.Module:
    """Return a perceptron x -> W_L relu(... relu(W_1 x + b_1)) + b_L on the flattened input.

    Weights start as in `netwright.models.initialisation`.

    Source: lecture "Machine Learning in Production: Toward Architecture and Design": 784-300-100-10.

    Args:
        shape: Of an input: (channels, height, width) of an image, (features,) of a row.
        classes: How many logits.
        hidden: Units of each hidden layer.
        dropout: Share of hidden units that is silenced in training.

    Returns:
        A module from (N, *shape) to logits (N, classes).

    Raises:
        CandidateError: An option has a value that it cannot have.

    >>> sum(parameter.numel() for parameter in mlp((1, 28, 28), 10).parameters())
    266610
    """
    if not isinstance(hidden, list | tuple):
        raise CandidateError(f"mlp.hidden: found {hidden!r}; write a list of whole numbers, such as [300, 100]")
    for units in hidden:
        whole("mlp.hidden", units, 1, 100_000)
    within("mlp.dropout", dropout, 0, 0.95)
    layers: list[nn.Module] = [nn.Flatten()]
    widths = [prod(shape), *hidden]
    for inputs, units in pairwise(widths):
        layers += [nn.Linear(inputs, units), nn.ReLU(), nn.Dropout(dropout)]
    head = nn.Linear(widths[-1], classes)
    network = nn.Sequential(*layers, head)
    start_weights(network, head)
    return network
