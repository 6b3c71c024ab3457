"""This library: charges of symmetries, read by hooks of the optimizer."""

from torch import Tensor, nn

from dynamics_peers.training import Training, plain_sgd
from netwright.dynamics.find import find_symmetries
from netwright.dynamics.track import track

ROWS = ("scale",)
ALL = ("translation", "scale", "rescale", "null")


def tracked(model: nn.Module, example: Tensor, every: int, kinds: tuple[str, ...]) -> Training:
    """Return a training with the charges of some kinds, read every so many steps."""
    symmetries = find_symmetries(model, example).of_kind(*kinds)
    optimizer = plain_sgd(model)
    watch = track(model, optimizer, symmetries, every=every)
    return Training(model, optimizer, nn.CrossEntropyLoss(), watch=watch)
