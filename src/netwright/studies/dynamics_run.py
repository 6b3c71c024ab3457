"""Training one candidate under the eyes of its symmetries."""

import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from types import FrameType, TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn

from netwright.data.dataset import Dataset
from netwright.data.split import draw
from netwright.dynamics.find import find_symmetries
from netwright.dynamics.symmetries import Symmetries
from netwright.dynamics.track import track
from netwright.machine.progress import Progress
from netwright.machine.seeds import derive_seed, seed_everything
from netwright.models.fits_itself import FitsItself
from netwright.records.dynamics import Dynamics
from netwright.records.errors import CandidateError, DivergedError
from netwright.records.step import Step
from netwright.records.symmetry import SymmetryTable
from netwright.studies.data_at_hand import load
from netwright.studies.dynamics_setting import SAMPLES, DynamicsSetting
from netwright.studies.fresh import fresh_model
from netwright.training.augment import make_augmentation
from netwright.training.batches import batch_count, shuffled_batches
from netwright.training.loop import train
from netwright.training.losses import answer_of, classification_loss
from netwright.training.optimizers import make_optimizer
from netwright.training.schedules import make_schedule

EXAMPLES = 8
"""Inputs that symmetries are looked for with."""
PAUSE = 0.1
"""Least seconds between two words of progress: drawing a bar takes as long as a step of a small network."""


@dataclass(frozen=True)
class Watched:
    """What was seen of a training, to its end or until something ended it.

    Args:
        record: Charges, forecasts and alarms.
        cause: What ended the training before its last step; None where it came to its end.
    """

    record: Dynamics
    cause: KeyboardInterrupt | DivergedError | None = None


def watch_training(setting: DynamicsSetting, progress: Progress) -> Watched:
    """Train a candidate as a study's trial does, and watch its charges.

    Weights, batches and augmentation are those of the trial of the same candidate, size and seed. Ctrl-C ends the
    training after the step that runs; what was seen until then is returned, as it is where the loss diverges.

    Args:
        setting: What is trained, on what, how long.
        progress: Where progress is shown, in steps.

    Returns:
        The record, and what cut the training short.

    Raises:
        CandidateError: The model cannot be built, or is none that is trained by gradient descent.
        DataError: There is no such data, or too little of it.
    """
    training = _Training(setting)
    symmetries = training.symmetries()
    cause: KeyboardInterrupt | DivergedError | None = None
    watch = track(
        training.model,
        training.optimizer,
        symmetries,
        setting.every,
        schedule=training.schedule.scheduler,
        title=setting.title,
    )
    with watch, _PatientInterrupt() as interrupt:
        progress.start(training.steps, setting.title)
        begun = time.monotonic()
        told = begun - PAUSE
        try:
            for done, step in enumerate(training.run(), start=1):
                now = time.monotonic()
                if now - told >= PAUSE:
                    told = now
                    progress.advance(done, f"loss {step.loss:.3g}", (now - begun) / done * (training.steps - done))
                interrupt.raise_if_asked()
        except (KeyboardInterrupt, DivergedError) as error:
            cause = error
        finally:
            progress.stop()
    return Watched(watch.record(), cause)


def symmetries_of(setting: DynamicsSetting) -> SymmetryTable:
    """Return the symmetries of a candidate at its first weights, under the loss it is trained with.

    Args:
        setting: What would be trained, on what.

    Returns:
        The table.

    Raises:
        CandidateError: The model cannot be built, or is none that is trained by gradient descent.
        DataError: There is no such data, or too little of it.
    """
    return _Training(setting).symmetries().record


class _Training:
    """The live objects of a training that is watched."""

    def __init__(self, setting: DynamicsSetting) -> None:
        self._seed, self._recipe = setting.seed, setting.candidate.recipe
        dataset = load(setting.data)
        held_out = setting.design.validation
        size = setting.size or max(min(SAMPLES, len(dataset.train_labels) - held_out), 2)
        chosen = draw(dataset, setting.design, setting.seed, size).train
        self.model = _fresh(setting, dataset)
        self._inputs, self._labels = dataset.train_inputs(chosen), dataset.train_labels[chosen]
        self.optimizer = make_optimizer(self.model.parameters(), self._recipe)
        self.steps = setting.steps or self._recipe.epochs * batch_count(size, self._recipe.batch_size)
        # nothing is validated on here: `plateau` keeps its first rate
        self.schedule = make_schedule(self.optimizer, self._recipe, self.steps)

    def symmetries(self) -> Symmetries:
        """Return the symmetries of the model in training mode."""
        self.model.train()
        return find_symmetries(self.model, self._inputs[:EXAMPLES], loss=cross_entropy)

    def run(self) -> Iterator[Step]:
        """Train, one step a batch."""
        seed_everything(derive_seed("training", self._seed))
        batches = islice(self._batches(), self.steps)
        return train(self.model, batches, classification_loss, self.optimizer, self.schedule.after_step)

    def _batches(self) -> Iterator[tuple[Tensor, Tensor]]:
        order = torch.Generator().manual_seed(derive_seed("batches", self._seed))
        changes = torch.Generator().manual_seed(derive_seed("augment", self._seed))
        augment = make_augmentation(self._recipe, tuple(self._inputs.shape[1:]))
        while True:
            for inputs, labels in shuffled_batches(self._inputs, self._labels, self._recipe.batch_size, order):
                yield augment(inputs, changes), labels


def cross_entropy(output: Any) -> Tensor:
    """Return the loss of training for labels that depend on nothing but how many outputs there are.

    Args:
        output: Logits (N, K), or a tuple of them of which the first is the model's answer.

    Returns:
        A scalar, in nats.

    >>> round(cross_entropy(torch.zeros(4, 10)).item(), 4)
    2.3026
    """
    logits = answer_of(output)
    labels = torch.arange(len(logits), device=logits.device) % logits.shape[1]
    return classification_loss(output, labels)


def _fresh(setting: DynamicsSetting, dataset: Dataset) -> nn.Module:
    candidate = setting.candidate
    seed = derive_seed("weights", candidate.name, setting.seed)
    model = fresh_model(candidate, dataset.shape, len(dataset.classes), seed)
    if isinstance(model, FitsItself):
        raise CandidateError(
            f"candidate {candidate.name!r} (model {candidate.model!r}) fits itself in one call; choose one that is "
            "trained by gradient descent, which alone has dynamics"
        )
    return model


class _PatientInterrupt:
    """Lets a step that has begun come to its end before Ctrl-C stops the training; a second Ctrl-C stops at once."""

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None
        # handlers of signals belong to the main thread
        self._able = threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Self:
        if self._able:
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._able:
            signal.signal(signal.SIGINT, self._before)

    def raise_if_asked(self) -> None:
        """Raise KeyboardInterrupt where Ctrl-C was pressed since."""
        if self._asked:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a handler
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True
