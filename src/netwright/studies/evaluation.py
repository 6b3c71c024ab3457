"""A trained classifier's answers to a test part, put into a record."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from netwright.data.dataset import Dataset
from netwright.qualities.answers import count_answers
from netwright.qualities.parameters import count_parameters
from netwright.records.errors import DivergedError
from netwright.records.evaluation import Answers, Evaluation
from netwright.records.measurement import Conditions
from netwright.training.evaluate import evaluation_batch, predict_logits

FRAMES = 2
"""Dimension of a batch of clips (videos, channels, frames, height, width) that counts its frames."""
Tell = Callable[[int], None]


def _nothing(done: int) -> None:
    """Tell nobody."""


@runtime_checkable
class ReadsSubclips(Protocol):
    """A model of videos that reads subclip after subclip.

    Args:
        subclip: Frames of each.
    """

    subclip: int


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A model with what is said of it.

    Args:
        model: It answers with logits (N, K) in evaluation mode.
        title: What it is called.
        kind: Its architecture, or the factory that made it.
        order: Which of its logits belongs to each class of the data; None where they are in one order.
    """

    model: nn.Module
    title: str
    kind: str
    order: tuple[int, ...] | None = None


def evaluation_of(
    evaluated: Evaluated,
    dataset: Dataset,
    test: Tensor,
    *,
    conditions: Conditions,
    probabilities: Tensor | None = None,
    tell: Tell = _nothing,
) -> Evaluation:
    """Return how a model answers test samples.

    Args:
        evaluated: The model.
        dataset: Where the samples are from.
        test: Which of its test part, int64 (N,).
        conditions: The circumstances.
        probabilities: What the model says of these samples, (N, K), where that is known.
        tell: Gets how many samples are done, now and then.

    Returns:
        The evaluation; the clips of its videos apart where the model reads several subclips of each.

    Raises:
        DivergedError: An output is not finite.
    """
    labels, noun = dataset.test_labels[test], dataset.samples
    if probabilities is None:
        probabilities = _probabilities(evaluated, dataset, test, tell)
    clips, notes = _clips(evaluated, dataset, test)
    return Evaluation(
        title=evaluated.title,
        model=evaluated.kind,
        data=dataset.name,
        classes=dataset.classes,
        parameters=int(count_parameters(evaluated.model).value),
        whole=count_answers(probabilities, labels, dataset.classes, samples=noun),
        clips=clips,
        conditions=conditions,
        notes=(*dataset.notes, *notes),
    )


def _probabilities(evaluated: Evaluated, dataset: Dataset, test: Tensor, tell: Tell) -> Tensor:
    # in parts that fit into memory: a data set may map its samples from a file
    parts, done = [], 0
    for part in torch.split(test, evaluation_batch(dataset.shape)):
        parts.append(_softmax(evaluated, dataset.test_inputs(part)))
        done += len(part)
        tell(done)
    return torch.cat(parts)


def _clips(evaluated: Evaluated, dataset: Dataset, test: Tensor) -> tuple[Answers | None, tuple[str, ...]]:
    """Return the answers to each subclip alone, whose video begins there, and what a reader must know of them."""
    model, frames = evaluated.model, dataset.shape[FRAMES - 1] if len(dataset.shape) > FRAMES else 0
    if not isinstance(model, ReadsSubclips) or frames < 2 * model.subclip:
        return None, ()
    pieces, left = divmod(frames, model.subclip)
    parts = []
    for part in torch.split(test, evaluation_batch(dataset.shape)):
        # the last frames, as the network itself counts from the end
        clips = dataset.test_inputs(part)[:, :, left:]
        count, channels, _, *sides = clips.shape
        cut = clips.reshape(count, channels, pieces, model.subclip, *sides).movedim(FRAMES, 1).flatten(0, 1)
        parts.append(_softmax(evaluated, cut))
    truth = dataset.test_labels[test].repeat_interleave(pieces)
    note = f"clips are the {pieces} subclips of {model.subclip} frames of each video, each answered from a fresh start"
    return count_answers(torch.cat(parts), truth, dataset.classes, samples="clips", pieces=pieces), (note,)


def _softmax(evaluated: Evaluated, inputs: Tensor) -> Tensor:
    logits = predict_logits(evaluated.model, inputs)
    if not bool(torch.isfinite(logits).all()):
        raise DivergedError(f"{evaluated.title}: its outputs are not finite numbers; train it with a lower rate")
    ordered = logits if evaluated.order is None else logits[:, list(evaluated.order)]
    return torch.softmax(ordered.double(), dim=1)
