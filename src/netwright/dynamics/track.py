"""Watching a training: its charges beside their theory, whatever the loop looks like."""

from collections.abc import Mapping
from math import prod

from torch import nn
from torch.optim import Optimizer

from netwright.dynamics.head_family import HeadFamily
from netwright.dynamics.lookout import Lookout
from netwright.dynamics.rhythm import Rhythm
from netwright.dynamics.slice_family import SliceFamily
from netwright.dynamics.symmetries import Symmetries
from netwright.dynamics.watch import Watch
from netwright.records.errors import ModelError


def track(
    model: nn.Module,
    optimizer: Optimizer,
    symmetries: Symmetries,
    every: int = 10,
    *,
    closely: int = 5,
    schedule: object | None = None,
    title: str = "training",
) -> Watch:
    """Return a context manager that watches the training inside it through hooks on its optimizer.

    At every step it reads the optimizer's settings and what the exact laws take, and carries theory on under rho = 0;
    every `every` steps it measures the charges, and every `closely` readings says what changed them. Nothing of the
    loop or of its results changes.

    Sources: Kunin et al. 2021, "Neural Mechanics: Symmetry and Broken Conservation Laws in Deep Learning Dynamics";
    `docs/dynamics-tracking.md` for the discrete laws.

    Args:
        model: The network, also inside DistributedDataParallel or torch.compile.
        optimizer: Over parameters of the model. Of torch.optim.SGD all charges are predicted, of others attributed.
        symmetries: What `find_symmetries` found in this model; none is no error.
        every: Optimizer steps between readings, at least 1; the start, the first step and the end are read as well.
        closely: Every how many-th reading is a close look: what changed the charges in that step, and alarms.
        schedule: The learning rate scheduler, to notice one that is stepped too often.
        title: What is trained, for the record.

    Returns:
        The watch: `record()` at any time, `state_dict()` and `load_state_dict()` for checkpoints.

    Raises:
        InputError: `every` or `closely` is below 1.
        ModelError: The optimizer has none of the model's parameters, the model lacks parameters that the symmetries
            move or has them in another size, or it is not built yet.

    >>> import torch
    >>> from netwright.records.symmetry import SymmetryTable
    >>> layer = nn.Linear(2, 1)
    >>> optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
    >>> with track(layer, optimizer, Symmetries((), SymmetryTable(symmetries=()))) as watch:
    ...     layer(torch.ones(1, 2)).sum().backward()
    ...     optimizer.step()
    >>> watch.record().steps
    1
    """
    watch = Watch(model, optimizer, symmetries, Rhythm(every, closely), Lookout(schedule), title)
    _require_own(model, optimizer)
    _require_sizes(symmetries, watch.parameters)
    return watch


def _require_own(model: nn.Module, optimizer: Optimizer) -> None:
    """Raise ModelError where an optimizer has none of a model's parameters."""
    own = {id(parameter) for parameter in model.parameters()}
    if not any(id(parameter) in own for group in optimizer.param_groups for parameter in group["params"]):
        count = sum(len(group["params"]) for group in optimizer.param_groups)
        raise ModelError(
            f"none of the {count} parameters of the {type(optimizer).__name__} belongs to the model. "
            "Make the optimizer over `model.parameters()` after the model is built and moved."
        )


def _require_sizes(symmetries: Symmetries, parameters: Mapping[str, nn.Parameter]) -> None:
    """Raise ModelError where a parameter has not the size that the symmetries were found for."""
    for family in symmetries:
        views: list[tuple[str, tuple[int, ...]]] = []
        if isinstance(family, SliceFamily):
            views = [(slicing.parameter, slicing.view) for slicing in family.slicings]
        elif isinstance(family, HeadFamily):
            views = [(factor.parameter, factor.view) for head in family.heads for factor in head]
        for name, view in views:
            if parameters[name].numel() != prod(view):
                raise ModelError(
                    f"{name} has {parameters[name].numel()} elements in the model, {prod(view)} in the symmetries. "
                    "Find the symmetries of this very model; parameters cut into shards (FSDP) cannot be watched."
                )
