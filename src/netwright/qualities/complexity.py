"""Complexity before training: what a model's structure says about its cost."""

from math import nan
from typing import NamedTuple

from torch import nn

from netwright.models.example import example_inputs
from netwright.models.fits_itself import FitsItself
from netwright.qualities.activations import count_activations
from netwright.qualities.flops import count_flops
from netwright.qualities.parameters import count_parameters
from netwright.qualities.rehearsal import rehearse
from netwright.records.candidate import Recipe
from netwright.records.complexity import Complexity
from netwright.training.evaluate import evaluation_batch

LIBRARY_PAGES = 15e6
"""Bytes of torch's own code and tables that a first training step brings into memory, whatever the model."""
WORKING_WASTE = 1.4
"""What a process grows by for each byte of live tensors: the allocator leaves gaps, and keeps what is free."""
WRITING_WASTE = 1.25
"""The same while a checkpoint is written: its copies are single large blocks, which leave fewer gaps."""
CHECKPOINT_COPIES = 2
"""A checkpoint is held twice in memory before it is on the disk: as it is built, and with its seal."""

GROWN = "it fits itself: how many numbers it keeps depends on the data, and so do its FLOPs and activations"
SOLVED = "it fits itself: the memory of its solver depends on how much data there is"
PROLONGED = "it looks at values, so it ran on 8 and 16 inputs; its memory is prolonged from there"
FLOPS_LEFT_OUT = "not counted: "


def predict_complexity(model: nn.Module, shape: tuple[int, ...], recipe: Recipe, classes: int) -> Complexity:
    """Return what a model costs, from its structure alone, before any training.

    Parameters, FLOPs and activations are counted, the latter two at one input in evaluation mode (for a model of texts,
    the longest that it reads). The training memory is the growth of a process that holds interpreter, libraries, data
    and the fresh model,

        15 MB + max(1.4 working, 1.25 writing)

    with the bytes of `training_bytes`. The three constants are fitted on the models of the catalog
    (docs/complexity.md, which states the error).

    A model that fits itself has no training step. Where it has parameters from the start (logistic regression) they,
    FLOPs and activations are known; of one that grows with the data (a tree) nothing is. NaN and a note say so.

    Args:
        model: A fresh module; its weights, statistics, gradients and mode stay as they are.
        shape: Of an input, such as (channels, height, width).
        recipe: Its optimizer and batch size count.
        classes: How many the model tells apart.

    Returns:
        The complexity.

    >>> said = predict_complexity(nn.Linear(100, 10), (100,), Recipe(batch_size=8), 10)
    >>> said.parameters, said.flops, said.activations, round(said.training_memory / 1e6)
    (1010.0, 2000.0, 10.0, 15)
    """
    if isinstance(model, FitsItself) and not any(True for _ in model.parameters()):
        return Complexity(parameters=nan, flops=nan, activations=nan, training_memory=nan, notes=(GROWN,))
    example = example_inputs(model, 1, shape)
    flops = count_flops(model, example)
    memory, note = (nan, SOLVED) if isinstance(model, FitsItself) else _training_memory(model, shape, recipe, classes)
    return Complexity(
        parameters=count_parameters(model).value,
        flops=flops.value,
        activations=count_activations(model, example).value,
        training_memory=memory,
        uncounted=_uncounted(flops.notes),
        notes=(note,) if note else (),
    )


class TrainingBytes(NamedTuple):
    """What training holds beside the model, by the structure alone.

    Args:
        working: Optimizer's state, the tensors of a training step at their most and those of an evaluation at their
            most; both, since the allocator rarely uses for one what the other freed.
        writing: Optimizer's state, gradients, and two copies of model and optimizer's state: a checkpoint on its way.
        extrapolated: Whether the model had to run on numbers (see `netwright.qualities.rehearsal`).
    """

    working: float
    writing: float
    extrapolated: bool


def training_bytes(model: nn.Module, shape: tuple[int, ...], recipe: Recipe, classes: int) -> TrainingBytes:
    """Return the bytes that training holds beside the model, at the two moments that may take most.

    Args:
        model: A module that is trained by gradient descent; it stays as it is.
        shape: Of an input.
        recipe: Its optimizer and batch size count.
        classes: How many the model tells apart.

    Returns:
        The bytes.

    >>> found = training_bytes(nn.Linear(100, 10), (100,), Recipe(optimizer="adam"), 10)
    >>> found.writing / 4 / 1010  # state, gradients, two copies of model and state
    9.0
    """
    trained = sum(p.numel() * p.element_size() for p in model.parameters() if p.requires_grad)
    own = sum(held.numel() * held.element_size() for held in [*model.parameters(), *model.buffers()])
    state = _slots(recipe) * trained
    rehearsal = rehearse(model, shape, classes, recipe.batch_size, evaluation_batch(shape))
    return TrainingBytes(
        working=state + rehearsal.step + rehearsal.evaluation,
        writing=float(state + trained + CHECKPOINT_COPIES * (own + state)),
        extrapolated=rehearsal.extrapolated,
    )


def _training_memory(model: nn.Module, shape: tuple[int, ...], recipe: Recipe, classes: int) -> tuple[float, str]:
    held = training_bytes(model, shape, recipe, classes)
    grown = LIBRARY_PAGES + max(WORKING_WASTE * held.working, WRITING_WASTE * held.writing)
    return grown, PROLONGED if held.extrapolated else ""


def _slots(recipe: Recipe) -> int:
    """Return how many numbers the optimizer keeps for each that it trains."""
    if recipe.optimizer == "sgd":
        return 1 if recipe.momentum else 0
    return 2


def _uncounted(notes: tuple[str, ...]) -> tuple[str, ...]:
    told = next((note for note in notes if note.startswith(FLOPS_LEFT_OUT)), FLOPS_LEFT_OUT)
    listed = told.removeprefix(FLOPS_LEFT_OUT)
    return tuple(listed.split(", ")) if listed else ()
