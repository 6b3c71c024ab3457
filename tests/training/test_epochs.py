import random
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from netwright.machine.isolation import Ended, Job, Note, run_isolated
from netwright.records.candidate import OPTIMIZERS, SCHEDULES, Recipe
from netwright.records.errors import DivergedError, LedgerError
from netwright.records.scenario import Limits
from netwright.records.trial import Outcome
from netwright.training import epochs as epochs_module
from netwright.training.attempts import read_attempts
from netwright.training.batches import shuffled_batches
from netwright.training.checkpoint import load_checkpoint
from netwright.training.epochs import train_epochs

HERE = Path(__file__).parent


def data(samples=41, seed=0):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(samples, 6, generator=generator)
    return inputs, (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long()


TRAIN, VALIDATION = data(), data(30, 1)


class Fails(nn.Module):
    """Passes inputs on until it has been used for training as often as it may be."""

    def __init__(self, uses):
        super().__init__()
        self.uses = uses

    def forward(self, inputs):
        self.uses -= self.training
        if self.uses < 0:
            raise RuntimeError("cut off")
        return inputs


def model(seed=0, uses=10**9):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 3), Fails(uses)
    )


def run(net, recipe, checkpoint=None, seed=3):
    return list(train_epochs(net, TRAIN, VALIDATION, recipe, seed, checkpoint))


def same_weights(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def timeless(epochs):
    return [epoch.model_copy(update={"seconds": 0.0, "cpu_seconds": 0.0, "memory": 0.0}) for epoch in epochs]


def test_every_epoch_is_recorded():
    net = model()
    epochs = run(net, Recipe(epochs=12, batch_size=8, lr=0.1))
    assert [epoch.index for epoch in epochs] == list(range(1, 13))
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert all(epoch.seconds > 0 and epoch.cpu_seconds > 0 and epoch.memory > 1e7 for epoch in epochs)
    inputs, labels = VALIDATION
    logits = net.eval()(inputs)
    assert epochs[-1].validation_accuracy == pytest.approx((logits.argmax(1) == labels).float().mean().item())
    assert epochs[-1].validation_loss == pytest.approx(nn.functional.cross_entropy(logits, labels).item(), rel=1e-5)


def test_the_schedule_moves_once_a_step_and_ends_with_the_training():
    # 41 samples in batches of 8: five a pass, the last of nine
    epochs = run(model(), Recipe(epochs=2, batch_size=8, lr=1.0, schedule="cosine"))
    last_steps = (4, 9)
    expected = [0.5 * (1 + np.cos(np.pi * step / 10)) for step in last_steps]
    assert [epoch.lr for epoch in epochs] == pytest.approx(expected)


def test_the_mean_loss_is_that_of_the_steps():
    recipe = Recipe(epochs=1, batch_size=8, lr=1e-12)
    net = nn.Linear(6, 3)
    (epoch,) = run(net, recipe)
    generator = torch.Generator().manual_seed(epochs_module.derive_seed("batches", 3))
    losses = [
        nn.functional.cross_entropy(net(inputs), labels).item()
        for inputs, labels in shuffled_batches(*TRAIN, 8, generator)
    ]
    assert epoch.train_loss == pytest.approx(sum(losses) / len(losses), rel=1e-5)


def test_everything_follows_from_the_seed():
    recipe = Recipe(epochs=2, batch_size=8)
    nets = [model(), model(), model()]
    epochs = [timeless(run(net, recipe, seed=seed)) for net, seed in zip(nets, (3, 3, 4), strict=True)]
    assert same_weights(nets[0], nets[1])
    assert epochs[0] == epochs[1]
    assert not same_weights(nets[0], nets[2])


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_training_that_was_cut_off_goes_on_to_the_same_bits(tmp_path, optimizer, schedule):
    recipe = Recipe(optimizer=optimizer, schedule=schedule, epochs=4, batch_size=8, lr=0.01)
    whole = model()
    expected = run(whole, recipe)
    checkpoint = tmp_path / "trial" / "checkpoint.pt"
    # in the middle of the third epoch, after a pass of five steps
    with pytest.raises(RuntimeError, match="cut off"):
        run(model(uses=12), recipe, checkpoint)
    # between two epochs
    resumed = model(seed=99)
    random.seed(1)
    torch.manual_seed(1)
    first_three = list(islice(train_epochs(resumed, TRAIN, VALIDATION, recipe, 3, checkpoint), 3))
    last = model(seed=98)
    epochs = run(last, recipe, checkpoint)
    assert epochs[:3] == first_three
    assert timeless(epochs) == timeless(expected)
    assert same_weights(last, whole)
    assert read_attempts(checkpoint).count == 3
    kept = load_checkpoint(checkpoint)
    assert kept.attempts == 3
    assert kept.seconds >= sum(epoch.seconds for epoch in epochs)


def test_a_rule_ends_a_training_and_is_asked_with_all_epochs():
    asked = []

    def rule(epochs, planned):
        asked.append((len(epochs), planned))
        return "enough" if len(epochs) == 3 else ""

    ended = model()
    recipe = Recipe(epochs=6, batch_size=8)
    epochs = list(train_epochs(ended, TRAIN, VALIDATION, recipe, 3, None, rule))
    assert asked == [(0, 6), (1, 6), (2, 6), (3, 6)]
    whole = model()
    assert timeless(epochs) == timeless(islice(train_epochs(whole, TRAIN, VALIDATION, recipe, 3, None), 3))
    assert same_weights(ended, whole)


def test_a_training_that_was_complete_is_not_repeated(tmp_path):
    recipe = Recipe(epochs=2, batch_size=8)
    done = model()
    epochs = run(done, recipe, tmp_path / "checkpoint.pt")
    again = model(seed=5, uses=0)
    assert run(again, recipe, tmp_path / "checkpoint.pt") == epochs
    assert same_weights(again, done)


def test_an_epoch_is_yielded_when_its_checkpoint_is_on_the_disk(tmp_path):
    checkpoint = tmp_path / "checkpoint.pt"
    seen = []
    for epoch in train_epochs(model(), TRAIN, VALIDATION, Recipe(epochs=3, batch_size=8), 0, checkpoint):
        seen.append(epoch)
        assert load_checkpoint(checkpoint).epochs == tuple(seen)
    assert len(seen) == 3


def test_whoever_iterates_may_draw_random_numbers():
    recipe = Recipe(epochs=3, batch_size=8)
    quiet, noisy = model(), model()
    run(quiet, recipe)
    for _ in train_epochs(noisy, TRAIN, VALIDATION, recipe, 3, None):
        torch.rand(7)
        np.random.rand(3)
        random.random()
    assert same_weights(quiet, noisy)


def test_a_damaged_checkpoint_means_that_the_training_starts_anew(tmp_path):
    checkpoint, recipe = tmp_path / "checkpoint.pt", Recipe(epochs=3, batch_size=8)
    whole = model()
    expected = timeless(run(whole, recipe))
    list(islice(train_epochs(model(), TRAIN, VALIDATION, recipe, 3, checkpoint), 2))
    checkpoint.write_bytes(checkpoint.read_bytes()[:-100])
    again = model()
    assert timeless(run(again, recipe, checkpoint)) == expected
    assert same_weights(again, whole)


@pytest.mark.parametrize("change", [{"lr": 0.2}, {"epochs": 5}, {"batch_size": 4}])
def test_a_checkpoint_of_another_training_is_refused(tmp_path, change):
    checkpoint = tmp_path / "checkpoint.pt"
    run(model(), Recipe(epochs=1), checkpoint)
    with pytest.raises(LedgerError, match="is of another training"):
        run(model(), Recipe(epochs=1).model_copy(update=change), checkpoint)
    with pytest.raises(LedgerError, match="seed 4"):
        run(model(), Recipe(epochs=1), checkpoint, seed=4)


def test_a_diverged_training_names_its_epoch_and_step():
    inputs, labels = TRAIN
    spoiled = inputs.clone()
    spoiled[7, 2] = torch.nan
    with pytest.raises(DivergedError, match=r"^epoch 1: the loss became nan at step [0-4]; lower"):
        list(train_epochs(model(), (spoiled, labels), VALIDATION, Recipe(epochs=3, batch_size=8), 0, None))


def test_a_training_that_explodes_is_told_before_it_is_recorded():
    recipe = Recipe(epochs=50, batch_size=8, lr=1e30, schedule="constant")
    seen = []
    with pytest.raises(DivergedError, match=r"^epoch \d+: the (loss|outputs)"):
        seen.extend(train_epochs(nn.Linear(6, 3), TRAIN, VALIDATION, recipe, 0, None))
    assert all(np.isfinite(epoch.validation_loss) for epoch in seen)


def test_outputs_that_are_not_finite_after_the_last_step_are_told():
    # one step an epoch: its loss is finite, its update is not
    recipe = Recipe(epochs=1, batch_size=64, lr=3e38, schedule="constant", momentum=0.0)
    with pytest.raises(DivergedError, match="epoch 1: the outputs are not finite"):
        list(train_epochs(nn.Linear(6, 3), (TRAIN[0] * 100, TRAIN[1]), VALIDATION, recipe, 0, None))


def test_a_batch_norm_survives_a_last_batch_of_one_sample():
    # 41 = 5 * 8 + 1
    assert len(TRAIN[1]) % 8 == 1
    assert len(run(model(), Recipe(epochs=1, batch_size=8))) == 1


def test_a_killed_process_goes_on_to_the_same_bits(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    targets = import_module("killed_training")
    folder = str(tmp_path)

    def attempt(target, where):
        *notes, ended = run_isolated([Job("it", target, where, Limits())], 1, 1, ("torch",))
        assert all(isinstance(note, Note) for note in notes)
        assert isinstance(ended, Ended)
        return [note.text for note in notes], ended

    expected = attempt(targets.whole, "")[1].result
    notes, ended = attempt(targets.killed, folder)
    assert notes == ["1", "2"]
    assert ended.outcome is Outcome.CRASHED
    notes, ended = attempt(targets.whole, folder)
    assert notes == ["1", "2", "3", "4"]
    assert ended.result == expected
    assert read_attempts(tmp_path / "checkpoint.pt").count == 2


# what is validated on is learnt to be wrong, so that its loss only grows
CONTRARY = (TRAIN[0], (TRAIN[1] + 1) % 3)
PLATEAU = Recipe(epochs=26, batch_size=41, lr=0.1, schedule="plateau")


def test_a_plateau_is_told_by_the_validation_loss_after_each_epoch():
    epochs = list(train_epochs(model(), TRAIN, CONTRARY, PLATEAU, 3, None))
    rate, best, bad = 0.1, np.inf, 0
    for epoch in epochs:
        # the rate of an epoch follows from the epochs before it
        assert epoch.lr == pytest.approx(rate)
        better = epoch.validation_loss < 0.9999 * best
        best, bad = (epoch.validation_loss, 0) if better else (best, bad + 1)
        if bad == 11:
            rate, bad = rate / 10, 0
    assert rate < 0.05
    # on samples like those that it learns from, the loss falls to the end and the rate stays
    assert {epoch.lr for epoch in train_epochs(model(), TRAIN, TRAIN, PLATEAU, 3, None)} == {0.1}


def test_a_plateau_is_remembered_when_a_training_goes_on(tmp_path):
    whole = model()
    expected = list(train_epochs(whole, TRAIN, CONTRARY, PLATEAU, 3, None))
    checkpoint = tmp_path / "checkpoint.pt"
    for seed, stop in ((0, 9), (99, 20)):
        list(islice(train_epochs(model(seed), TRAIN, CONTRARY, PLATEAU, 3, checkpoint), stop))
    last = model(seed=98)
    epochs = list(train_epochs(last, TRAIN, CONTRARY, PLATEAU, 3, checkpoint))
    assert timeless(epochs) == timeless(expected)
    assert same_weights(last, whole)
