"""The baseline of two benchmarks: the trainings of a scenario as anybody would write them, in one process.

No isolation, no checkpoints, no records: build, train, validate each epoch, evaluate the test set once.
"""

import time

import torch
from torch import nn

from netwright.data.images import ImageDataset, to_inputs
from netwright.data.split import draw
from netwright.models.build import build
from netwright.records.scenario import Scenario
from netwright.records.trial import Trial


def train_bare(model: nn.Module, inputs, labels, recipe, after_epoch) -> None:
    """Train with SGD and a cosine schedule: the plain PyTorch loop."""
    optimizer = torch.optim.SGD(model.parameters(), recipe.lr, recipe.momentum, weight_decay=recipe.weight_decay)
    batches = len(inputs) // recipe.batch_size + (len(inputs) % recipe.batch_size > 1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, recipe.epochs * batches)
    for _ in range(recipe.epochs):
        model.train()
        order = torch.randperm(len(inputs))
        for chosen in order.split(recipe.batch_size):
            if len(chosen) < 2:
                continue
            optimizer.zero_grad()
            output = model(inputs[chosen])
            main, *auxiliary = output if isinstance(output, tuple) else (output,)
            loss = nn.functional.cross_entropy(main, labels[chosen])
            for extra in auxiliary:
                loss = loss + 0.3 * nn.functional.cross_entropy(extra, labels[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
            loss.item()
        after_epoch()


def evaluate_bare(model: nn.Module, inputs, labels) -> float:
    """Return the accuracy on some images."""
    model.eval()
    with torch.inference_mode():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(inputs.split(256), labels.split(256)))
    return right / len(labels)


def run_bare(trial: Trial, scenario: Scenario, dataset: ImageDataset) -> float:
    """Run one training and evaluate it on the test set; return the seconds of the training alone."""
    torch.manual_seed(trial.seed)
    split = draw(dataset, scenario.design, trial.seed, trial.size)
    inputs, labels = to_inputs(dataset.train_images[split.train]), dataset.train_labels[split.train]
    held, held_labels = to_inputs(dataset.train_images[split.validation]), dataset.train_labels[split.validation]
    test, test_labels = to_inputs(dataset.test_images[split.test]), dataset.test_labels[split.test]
    model = build(trial.candidate, dataset.shape, len(dataset.classes))
    validating = 0.0

    def validate() -> None:
        nonlocal validating
        start = time.perf_counter()
        evaluate_bare(model, held, held_labels)
        validating += time.perf_counter() - start

    start = time.perf_counter()
    if hasattr(model, "fit"):
        model.fit(inputs, labels, trial.seed)
    else:
        train_bare(model, inputs, labels, trial.candidate.recipe, validate)
    seconds = time.perf_counter() - start - validating
    evaluate_bare(model, test, test_labels)
    return seconds
