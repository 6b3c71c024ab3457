"""A second path with the same convolutions and normalisations of its own."""

from copy import deepcopy
from typing import TypeVar

from torch import nn

Module = TypeVar("Module", bound=nn.Module)


def shared_twin(path: Module) -> Module:
    """Return a copy of a path that shares its convolutions; everything else, such as normalisation, is its own.

    Frames at two rates have different statistics: weights that serve both need a normalisation for each.

    Sources: Yu et al. 2019, "Slimmable Neural Networks", section 3.2 (switchable batch normalisation); Feichtenhofer et
    al. 2019, "SlowFast Networks", for the two rates.

    Args:
        path: Any module.

    Returns:
        Its twin.

    >>> path = nn.Sequential(nn.Conv3d(1, 4, 1), nn.BatchNorm3d(4))
    >>> twin = shared_twin(path)
    >>> twin[0] is path[0], twin[1] is path[1]
    (True, False)
    """
    return deepcopy(path, {id(layer): layer for layer in path.modules() if isinstance(layer, nn.Conv3d)})
