"""Factories that misbehave, named by scenarios as `candidates:...` while this folder is on the path."""

import os
import signal

import torch
from torch import nn


class Linear(nn.Module):
    """A linear classifier; `spoil` may change what its forward returns in training."""

    def __init__(self, shape, classes, spoil=lambda logits: logits):
        super().__init__()
        self.linear = nn.Linear(shape[0] * shape[1] * shape[2], classes)
        self.spoil = spoil

    def forward(self, x):
        logits = self.linear(x.flatten(1))
        return self.spoil(logits) if self.training else logits


def linear(shape, classes):
    return Linear(shape, classes)


def raises(shape, classes):
    raise RuntimeError("no such layer")


def no_module(shape, classes):
    return "a model"


def wrong_shape(shape, classes):
    return Linear(shape, classes + 1)


def goes_nan(shape, classes):
    return Linear(shape, classes, lambda logits: logits * float("nan"))


def _exhaust(logits):
    return logits + torch.ones(40 * 2**30 // 4).sum()


def eats_memory(shape, classes):
    return Linear(shape, classes, _exhaust)


def _forever(logits):
    while True:
        pass


def never_ends(shape, classes):
    return Linear(shape, classes, _forever)


def _die(logits):
    os.kill(os.getpid(), signal.SIGKILL)


def dies(shape, classes):
    return Linear(shape, classes, _die)
