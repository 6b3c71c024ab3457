"""A small network with exact symmetries, and trainings of it that are watched."""

import torch
from tests.dynamics.families import attention, head, rescale
from torch import nn
from torch.nn import functional

from netwright.dynamics.symmetries import Symmetries
from netwright.dynamics.track import track
from netwright.records.symmetry import SymmetryTable


def rectified(dtype=torch.float64, seed=0):
    """Linear, ReLU, twice, and a linear head: two rescale families and a translation."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 6), nn.ReLU(), nn.Linear(6, 4)).to(dtype)
    families = (
        rescale(model, ["0.weight", "0.bias"], "2.weight", "0 to 2"),
        rescale(model, ["2.weight", "2.bias"], "4.weight", "2 to 4"),
        head(model, "4"),
    )
    return model, symmetries(families)


def attentive(dtype=torch.float64, seed=0):
    """Attention with its general linear families, a null bias and a translation."""
    model, families = attention(seed)
    return model.to(dtype), symmetries(families)


def symmetries(families):
    """Return families as `find_symmetries` does."""
    return Symmetries(tuple(families), SymmetryTable(symmetries=tuple(family.symmetry for family in families)))


def batch(model, seed):
    """Return one batch of noise in the model's precision: one with attention takes sequences."""
    generator = torch.Generator().manual_seed(seed)
    dtype = next(model.parameters()).dtype
    shape = (16, 3, 5) if "q.weight" in dict(model.named_parameters()) else (16, 5)
    x = torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)
    return x, torch.randint(4, (16,), generator=generator)


def step(model, optimizer, seed, schedule=None, sign=1.0):
    """Make one step of a plain loop."""
    x, y = batch(model, seed)
    optimizer.zero_grad()
    (sign * functional.cross_entropy(model(x), y)).backward()
    optimizer.step()
    if schedule is not None:
        schedule.step()


def watched(model, found, optimizer, steps, schedule=None, sign=1.0, every=10):
    """Return the watch of a training of some steps."""
    with track(model, optimizer, found, every, closely=1, schedule=schedule) as watch:
        for seed in range(steps):
            step(model, optimizer, seed, schedule, sign)
    return watch


def worst(record, column="error"):
    """Return the largest error of any family at any reading."""
    return max(value for series in record.series for value in getattr(series, column))
