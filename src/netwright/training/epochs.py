"""A whole training, epoch by epoch, that goes on exactly where it was cut off."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from netwright.machine.hardware import memory_now
from netwright.machine.seeds import derive_seed, random_state, restore_random_state, seed_everything
from netwright.records.candidate import Recipe
from netwright.records.errors import DivergedError, LedgerError
from netwright.records.step import Step
from netwright.records.trial import Epoch
from netwright.training.attempts import Heartbeat, begin_attempt
from netwright.training.augment import make_augmentation
from netwright.training.batches import batch_count, shuffled_batches
from netwright.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from netwright.training.evaluate import predict_logits
from netwright.training.loop import train
from netwright.training.losses import classification_loss
from netwright.training.onlooker import Nobody, Onlooker, Watching, unwatched
from netwright.training.optimizers import make_optimizer
from netwright.training.schedules import make_schedule
from netwright.training.slope import StoppingRule, never

Samples = tuple[Tensor, Tensor]
"""Inputs (N, ...) and labels (N,)."""


def train_epochs(
    model: nn.Module,
    train_data: Samples,
    validation_data: Samples,
    recipe: Recipe,
    seed: int,
    checkpoint: Path | None,
    rule: StoppingRule = never,
    watching: Watching = unwatched,
) -> Iterator[Epoch]:
    """Train a classifier by its recipe and yield each epoch after its checkpoint is on the disk.

    Started again after it was cut off, it yields the epochs that it has, and goes on to the same weights, bit for bit.

    Args:
        model: A fresh module; its state is replaced where there is a checkpoint.
        train_data: What it learns from.
        validation_data: Samples that are never trained on.
        recipe: Optimizer, schedule, epochs, batch size, augmentation.
        seed: Decides batch order, augmentation and dropout; the model's first weights are the caller's.
        checkpoint: Where the state is kept; its folder is made. None keeps none.
        rule: Asked after each epoch whether to end; asked again, it gives the reason.
        watching: Who looks on.

    Yields:
        Every epoch, in order.

    Raises:
        CandidateError: The recipe augments images, and the inputs are none.
        DivergedError: A loss is not finite; names epoch and step.
        LedgerError: The checkpoint is of another training.

    >>> data = torch.eye(4), torch.arange(4)
    >>> *_, last = train_epochs(nn.Linear(4, 4), data, data, Recipe(epochs=40, lr=0.5, batch_size=4), 0, None)
    >>> last.index, last.validation_accuracy
    (40, 1.0)
    """
    training = _Training(model, train_data, recipe, seed)
    with training.watched(watching):
        if checkpoint is not None:
            training.resume(checkpoint)
        yield from training.epochs
        while len(training.epochs) < recipe.epochs and not rule(training.epochs, recipe.epochs):
            epoch = training.run(validation_data)
            if checkpoint is not None:
                save_checkpoint(checkpoint, training.state())
            # whoever iterates may draw random numbers; the training does not depend on it
            random = random_state()
            yield epoch
            restore_random_state(random)


class _Training:
    """The live objects of a training: what a checkpoint freezes."""

    def __init__(self, model: nn.Module, data: Samples, recipe: Recipe, seed: int) -> None:
        inputs, labels = data
        self._name = f"recipe {recipe.to_json()}, seed {seed}, {len(labels)} samples"
        self._model = model
        self._data = inputs, labels
        self._batch_size = recipe.batch_size
        self._optimizer = make_optimizer(model.parameters(), recipe)
        steps = recipe.epochs * batch_count(len(labels), recipe.batch_size)
        self._schedule = make_schedule(self._optimizer, recipe, steps)
        self._order = torch.Generator().manual_seed(derive_seed("batches", seed))
        # a source of its own: with and without augmentation, the batches come in the same order
        self._changes = torch.Generator().manual_seed(derive_seed("augment", seed))
        self._augment = make_augmentation(recipe, tuple(inputs.shape[1:]))
        seed_everything(derive_seed("training", seed))
        self._begun = time.monotonic()
        self._earlier_seconds = 0.0
        self._attempts = 1
        self._heartbeat: Callable[[], object] = lambda: None
        self._onlooker: Onlooker = Nobody()
        self.epochs: tuple[Epoch, ...] = ()

    @contextmanager
    def watched(self, watching: Watching) -> Iterator[None]:
        """Let somebody look on as long as it lasts."""
        random = random_state()
        with watching(self._model, self._optimizer, self._schedule.scheduler) as self._onlooker:
            restore_random_state(random)
            yield

    def resume(self, path: Path) -> None:
        """Begin an attempt, and take over the state of a checkpoint where there is one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._attempts = begin_attempt(path).count
        self._heartbeat = Heartbeat(path)
        kept = load_checkpoint(path)
        if kept is None:
            return
        if kept.training != self._name:
            raise LedgerError(
                f"{path} is of another training ({kept.training}; asked for: {self._name}); "
                "choose another folder, or start the study anew"
            )
        self._model.load_state_dict(kept.model)
        self._optimizer.load_state_dict(kept.optimizer)
        self._schedule.load_state_dict(kept.schedule)
        self._onlooker.load_state_dict(kept.onlooker)
        self._order.set_state(kept.random["batches"])
        self._changes.set_state(kept.random["augment"])
        restore_random_state(kept.random)
        self.epochs, self._earlier_seconds = kept.epochs, kept.seconds

    def state(self) -> Checkpoint:
        """Return the state as it is now."""
        return Checkpoint(
            training=self._name,
            model=self._model.state_dict(),
            optimizer=self._optimizer.state_dict(),
            schedule=self._schedule.state_dict(),
            random=random_state() | {"batches": self._order.get_state(), "augment": self._changes.get_state()},
            epochs=self.epochs,
            seconds=self._earlier_seconds + time.monotonic() - self._begun,
            attempts=self._attempts,
            onlooker=self._onlooker.state_dict(),
        )

    def run(self, validation_data: Samples) -> Epoch:
        """Train one epoch and look at the validation samples."""
        index = len(self.epochs) + 1
        begun, busy = time.perf_counter(), time.process_time()
        total, count, rate = 0.0, 0, 0.0
        for step in self._steps(index):
            total, count, rate = total + step.loss, count + 1, step.lr
        seconds, cpu_seconds = time.perf_counter() - begun, time.process_time() - busy
        inputs, labels = validation_data
        logits = predict_logits(self._model, inputs)
        loss = functional.cross_entropy(logits, labels).item()
        if not torch.isfinite(logits).all():
            raise DivergedError(
                f"epoch {index}: the outputs are not finite after its last step; lower the learning rate"
            )
        self._schedule.after_epoch(loss)
        epoch = Epoch(
            index=index,
            train_loss=total / count,
            validation_loss=loss,
            validation_accuracy=(logits.argmax(1) == labels).float().mean().item(),
            lr=rate,
            seconds=seconds,
            memory=memory_now(),
            cpu_seconds=cpu_seconds,
        )
        self.epochs = (*self.epochs, epoch)
        return epoch

    def _steps(self, index: int) -> Iterator[Step]:
        drawn = shuffled_batches(*self._data, self._batch_size, self._order)
        batches = ((self._augment(inputs, self._changes), labels) for inputs, labels in drawn)
        try:
            yield from train(self._model, batches, classification_loss, self._optimizer, self._after_step)
        except DivergedError as error:
            raise DivergedError(f"epoch {index}: {error}") from error

    def _after_step(self) -> None:
        self._schedule.after_step()
        self._heartbeat()
