"""Trainings that augment their images: cut off, resumed, and beside ones that do not."""

import pytest
import torch
from torch import nn

from netwright.records.candidate import Recipe
from netwright.records.errors import CandidateError
from netwright.training import epochs as epochs_module
from netwright.training.batches import shuffled_batches
from netwright.training.checkpoint import load_checkpoint
from netwright.training.epochs import train_epochs


def data(samples, seed):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(samples, 1, 2, 3, generator=generator)
    return inputs, (inputs[:, 0, 0, 0] > 0).long() + (inputs[:, 0, 1, 1] > 0).long()


TRAIN, VALIDATION = data(41, 0), data(30, 1)


class Fails(nn.Module):
    """Flattens its inputs until it has been used for training as often as it may be."""

    def __init__(self, uses):
        super().__init__()
        self.uses = uses

    def forward(self, inputs):
        self.uses -= self.training
        if self.uses < 0:
            raise RuntimeError("cut off")
        return inputs.flatten(1)


def model(seed=0, uses=10**9):
    torch.manual_seed(seed)
    return nn.Sequential(
        Fails(uses), nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.4), nn.Linear(16, 3)
    )


def run(net, augment, checkpoint=None, epochs=4):
    recipe = Recipe(epochs=epochs, batch_size=8, lr=0.01, augment=augment)
    return list(train_epochs(net, TRAIN, VALIDATION, recipe, 3, checkpoint))


def same_weights(a, b):
    return all(torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True))


def timeless(epochs):
    return [epoch.model_copy(update={"seconds": 0.0, "cpu_seconds": 0.0, "memory": 0.0}) for epoch in epochs]


@pytest.mark.parametrize("augment", ["shift", "flip", "shift-flip"])
def test_an_augmented_training_that_was_cut_off_goes_on_to_the_same_bits(tmp_path, augment):
    whole, last = model(), model(seed=99)
    expected = run(whole, augment)
    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(RuntimeError, match="cut off"):
        run(model(uses=12), augment, checkpoint)
    assert len(load_checkpoint(checkpoint).epochs) == 2
    assert timeless(run(last, augment, checkpoint)) == timeless(expected)
    assert same_weights(last, whole)


def test_augmentation_changes_training_images_only_and_not_their_order(monkeypatch):
    seen = {}
    for augment in ("none", "flip"):
        drawn = seen[augment] = []

        def spied(*arguments, drawn=drawn):
            for inputs, labels in shuffled_batches(*arguments):
                drawn.append(labels.tolist())
                yield inputs, labels

        monkeypatch.setattr(epochs_module, "shuffled_batches", spied)
        net = model()
        epochs = run(net, augment, epochs=2)
        images, labels = VALIDATION
        right = net.eval()(images).argmax(1) == labels
        assert epochs[-1].validation_accuracy == pytest.approx(right.float().mean().item())
        seen[augment, "weights"] = net
    assert seen["none"] == seen["flip"]
    assert not same_weights(seen["none", "weights"], seen["flip", "weights"])


def test_rows_of_a_table_are_not_augmented():
    rows, labels = TRAIN[0].flatten(1), TRAIN[1]
    with pytest.raises(CandidateError, match=r"recipe.augment = 'shift' changes images"):
        list(train_epochs(nn.Linear(6, 3), (rows, labels), (rows, labels), Recipe(augment="shift"), 0, None))
