"""Cockpit (Schneider, Dangel and Hennig 2021): statistics of gradients of single images, by BackPACK.

    pip install --target FOLDER --no-deps cockpit-for-pytorch==1.0.2 backpack-for-pytorch==1.7.1 einops unfoldNd \
        json-tricks "setuptools<81" matplotlib seaborn contourpy cycler fonttools kiwisolver pyparsing

It reads its own version through pkg_resources, which setuptools dropped in 81.
"""

import sys
import warnings
from pathlib import Path

from torch import nn

from dynamics_peers.training import Training, plain_sgd


def cockpit(model: nn.Module, every: int, folder: Path) -> Training:
    """Return a training with Cockpit's "economy" configuration, its cheapest, every so many steps."""
    sys.path.append(str(folder))
    # of pkg_resources, and of BackPACK: under batch normalisation there is no gradient of one image alone
    warnings.simplefilter("ignore")
    from backpack import extend
    from cockpit import Cockpit
    from cockpit.utils import schedules
    from cockpit.utils.configuration import configuration

    extended = extend(model)
    quantities = configuration("economy", track_schedule=schedules.linear(every))
    watcher = Cockpit(extended.parameters(), quantities=quantities)

    def around(step, loss, losses, optimizer):
        info = {"batch_size": len(losses), "individual_losses": losses, "loss": loss, "optimizer": optimizer}
        return watcher(step, info=info)

    mean, single = (extend(nn.CrossEntropyLoss(reduction=kind)) for kind in ("mean", "none"))
    return Training(extended, plain_sgd(extended), mean, around=around, single=single)
