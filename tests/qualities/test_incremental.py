from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from netwright.machine.seeds import derive_seed
from netwright.qualities import incremental
from netwright.qualities.accuracy import accuracy
from netwright.qualities.incremental import measure, paired_ratio_interval, retained_accuracy, train_in_two_parts
from netwright.records.candidate import Candidate, Recipe
from netwright.records.errors import InputError
from netwright.training.epochs import train_epochs
from netwright.training.evaluate import predict_logits


def test_is_the_ratio_of_the_accuracies():
    torch.manual_seed(0)
    labels = torch.randint(3, (100,))
    one, other = torch.rand(100, 3).softmax(1), (torch.rand(100, 3) + nn.functional.one_hot(labels, 3)).softmax(1)
    found = retained_accuracy(one.argmax(1) == labels, other.argmax(1) == labels)
    assert found.value == pytest.approx(accuracy(one, labels).value / accuracy(other, labels).value)
    assert found.low <= found.value <= found.high
    assert found.n == 100


@pytest.mark.parametrize("cells", [(0.8, 0.02, 0.08), (0.6, 0.05, 0.05), (0.5, 0.1, 0.2)])
@pytest.mark.parametrize("n", [50, 500])
def test_the_interval_covers_at_its_level(cells, n):
    both, first, second = cells
    truth = (both + first) / (both + second)
    draws = np.random.default_rng(0).multinomial(n, [*cells, 1 - sum(cells)], size=1000)
    ends = [paired_ratio_interval(int(b), int(b + f), int(b + s)) for b, f, s, _ in draws]
    held = np.mean([low <= truth <= high for low, high in ends])
    assert 0.87 <= held <= 0.96


def test_models_that_agree_leave_less_doubt():
    agree, differ = paired_ratio_interval(80, 80, 80), paired_ratio_interval(60, 80, 80)
    assert agree[1] - agree[0] < (differ[1] - differ[0]) / 2


def test_nothing_right_at_first_is_no_measure():
    wrong = torch.zeros(5, dtype=torch.bool)
    with pytest.raises(InputError, match="0 of them right"):
        retained_accuracy(wrong, wrong)
    with pytest.raises(InputError, match="found 4 and 5"):
        retained_accuracy(wrong[:4], ~wrong)


def test_each_part_trains_on_its_half_alone(stripes):
    inputs, labels = stripes(40, seed=0)
    recipe, fresh = Recipe(epochs=2, batch_size=8), nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    twin = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    twin.load_state_dict(fresh.state_dict())
    held = inputs[:4], labels[:4]
    train_in_two_parts(fresh, (inputs, labels), held, recipe, seed=5)
    for part, some in enumerate((slice(0, 20), slice(20, 40))):
        list(train_epochs(twin, (inputs[some], labels[some]), held, recipe, derive_seed(5, part), None))
    assert all(torch.equal(one, other) for one, other in zip(fresh.parameters(), twin.parameters(), strict=True))


def trained(evidence, stripes, recipe):
    candidate = Candidate(name="small", model="mlp", options={"hidden": [16]}, recipe=recipe)
    data, (inputs, labels) = stripes(120, seed=3), stripes(150, seed=4)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 3))
    list(train_epochs(model, data, (inputs, labels), recipe, 0, None))
    probabilities = predict_logits(model, inputs).softmax(1)
    return replace(
        evidence, model=model, candidate=candidate, training_data=data, inputs=inputs, labels=labels,
        probabilities=probabilities,
    )  # fmt: skip


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_halves_that_are_alike_lose_little(evidence, stripes):
    (found,) = measure(trained(evidence, stripes, Recipe(epochs=6, batch_size=16)))
    assert 0.9 < found.value <= 1.1
    assert "drawn alike" in found.notes[0]


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_a_second_half_that_says_otherwise_makes_it_forget(evidence, stripes):
    ready = trained(evidence, stripes, Recipe(epochs=10, batch_size=16))
    inputs, labels = ready.training_data
    otherwise = torch.cat([inputs, inputs]), torch.cat([labels, (labels + 1) % 3])
    (found,) = measure(replace(ready, training_data=otherwise))
    assert found.value < 0.2


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_a_training_that_diverges_keeps_nothing(evidence, stripes):
    ready = trained(evidence, stripes, Recipe(epochs=1))
    wild = ready.candidate.model_copy(update={"recipe": Recipe(epochs=5, lr=1e12, batch_size=4)})
    (found,) = measure(replace(ready, candidate=wild))
    assert found.value == 0
    assert "diverged" in found.notes[0]


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_begins_with_the_weights_that_the_recipe_names(evidence, stripes, tmp_path):
    ready = trained(evidence, stripes, Recipe(epochs=6, batch_size=16))
    names = dict(zip(("1.weight", "1.bias", "4.weight", "4.bias"), ready.model.state_dict().values(), strict=True))
    save_file(names, tmp_path / "old.safetensors")
    barely = Recipe(epochs=1, lr=1e-12, weight_decay=0, weights=str(tmp_path / "old.safetensors"))
    (found,) = measure(replace(ready, candidate=ready.candidate.model_copy(update={"recipe": barely})))
    assert found.value == 1.0  # without them it would guess


@pytest.mark.parametrize("evidence", ["tree"], indirect=True)
def test_what_fits_itself_must_be_refitted(evidence):
    (found,) = measure(evidence)
    assert (found.value, found.notes) == (0.0, (incremental.REFIT,))


@pytest.mark.parametrize("evidence", ["network"], indirect=True)
def test_says_what_it_takes(bare, evidence):
    assert "takes the candidate" in measure(bare)[0].reason
    wrong = torch.zeros_like(evidence.probabilities).scatter(1, ((evidence.labels + 1) % 3)[:, None], 1.0)
    assert "nothing to keep" in measure(replace(evidence, probabilities=wrong))[0].reason
