"""The complexity that is predicted before training, against what training then takes, over the models of the catalog.

Each model trains in a fresh process as trials do (two epochs, validation, checkpoints); its growth beyond interpreter,
libraries, data and the fresh model is what `training_memory` predicts. Parameters, FLOPs and activations are counted on
the trained model. The constants of the prediction are fitted on these models, so `--fit` also fits them without each
family in turn and predicts that family: the error to expect for an architecture that was not looked at.

Run: python benchmarks/complexity_error.py [--only NAME ...] [--fit]
"""

import argparse
import itertools
import statistics
import tempfile
from pathlib import Path

import numpy as np
import torch

from netwright.machine.hardware import memory_now, peak_memory
from netwright.machine.isolation import Ended, Job, run_isolated
from netwright.models.build import build
from netwright.qualities.activations import count_activations
from netwright.qualities.complexity import predict_complexity, training_bytes
from netwright.qualities.flops import count_flops
from netwright.qualities.parameters import count_parameters
from netwright.records.candidate import Candidate, Recipe
from netwright.records.complexity import COMPLEXITY_UNITS, Complexity, ComplexityCheck
from netwright.records.scenario import Limits
from netwright.records.units import format_quantity
from netwright.studies.executors import PRELOAD
from netwright.training.epochs import train_epochs

CLASSES, STEPS, VALIDATION = 10, 6, 256
GREY, COLOUR, LARGE = (1, 28, 28), (3, 32, 32), (3, 96, 96)
ZOO = (
    ("mlp-tiny", "mlp", {"hidden": [1]}, GREY, 32, "sgd"),
    ("mlp", "mlp", {}, GREY, 32, "sgd"),
    ("mlp-2000", "mlp", {"hidden": [2000, 2000]}, GREY, 64, "adam"),
    ("mlp-2000-sgd", "mlp", {"hidden": [2000, 2000]}, COLOUR, 256, "sgd"),
    ("alexnet-0.125", "alexnet", {"width": 0.125}, GREY, 32, "sgd"),
    ("alexnet-0.5", "alexnet", {"width": 0.5}, GREY, 64, "adam"),
    ("alexnet-1", "alexnet", {}, GREY, 64, "sgd"),
    ("alexnet-large", "alexnet", {"width": 0.25}, LARGE, 32, "sgd"),
    ("googlenet-12", "googlenet", {"depth": 12, "width": 0.125}, GREY, 32, "sgd"),
    ("googlenet-0.5", "googlenet", {"width": 0.5}, GREY, 64, "sgd"),
    ("googlenet-1", "googlenet", {}, GREY, 64, "adamw"),
    ("googlenet-colour", "googlenet", {"width": 0.25, "norm": False}, COLOUR, 64, "sgd"),
    ("resnet-8", "resnet", {"depth": 8, "width": 0.75}, GREY, 32, "sgd"),
    ("resnet-20", "resnet", {"depth": 20}, GREY, 64, "sgd"),
    ("resnet-20-wide", "resnet", {"depth": 20, "width": 2}, GREY, 128, "sgd"),
    ("resnet-32", "resnet", {"depth": 32}, GREY, 64, "adam"),
    ("resnet-18", "resnet", {"depth": 18}, GREY, 32, "sgd"),
    ("resnet-50", "resnet", {"depth": 50, "width": 0.5}, GREY, 32, "sgd"),
    ("resnet-20-colour", "resnet", {"depth": 20}, COLOUR, 128, "sgd"),
    ("resnet-18-large", "resnet", {"depth": 18, "width": 0.5}, LARGE, 16, "sgd"),
)
"""Name, model, options, shape, batch size, optimizer."""
CONSTANTS = np.array(list(itertools.product(np.arange(5e6, 30e6, 1e6), np.arange(1, 2, 0.02), np.arange(1, 1.6, 0.02))))
"""The grid of pages, working waste and writing waste."""


def case(name):
    """Return a case of the zoo as (candidate, shape)."""
    _, model, options, shape, batch, optimizer = next(row for row in ZOO if row[0] == name)
    recipe = Recipe(epochs=2, batch_size=batch, optimizer=optimizer, lr=0.001)
    return Candidate(name=name, model=model, options=options, recipe=recipe), shape


def train_once(payload, tell):  # noqa: ARG001 - a job's target has this signature
    """Train a case in this process; return its complexity as it was then, as JSON."""
    candidate, shape = case(payload)
    torch.manual_seed(0)
    images = candidate.recipe.batch_size * STEPS
    data = torch.randn(images, *shape), torch.randint(CLASSES, (images,))
    held = torch.randn(VALIDATION, *shape), torch.randint(CLASSES, (VALIDATION,))
    model = build(candidate, shape, CLASSES)
    before = memory_now()
    with tempfile.TemporaryDirectory() as folder:
        list(train_epochs(model, data, held, candidate.recipe, 0, Path(folder, "checkpoint.pt")))
    grown = peak_memory() - before
    found = Complexity(
        parameters=count_parameters(model).value,
        flops=count_flops(model, data[0][:1]).value,
        activations=count_activations(model, data[0][:1]).value,
        training_memory=grown,
    )
    return found.to_json()


def check(name) -> ComplexityCheck:
    """Return what is predicted of a case beside what a fresh process takes."""
    from complexity_error import train_once as target  # a job's target is found by its module's name

    candidate, shape = case(name)
    said = predict_complexity(build(candidate, shape, CLASSES), shape, candidate.recipe, CLASSES)
    job = Job(name, target, name, Limits(memory=12 * 2**30, time=600))
    ended = next(event for event in run_isolated([job], 1, 1, PRELOAD) if isinstance(event, Ended))
    seen = Complexity.from_json(ended.result) if ended.result is not None else None
    return ComplexityCheck(candidate=name, predicted=said, measured=seen)


def logarithms(checks) -> np.ndarray:
    """Return log(predicted/measured) of each check (last axis) under each of `CONSTANTS`."""
    pages, working, writing = (column[:, None] for column in CONSTANTS.T)
    held = []
    for found in checks:
        candidate, shape = case(found.candidate)
        held.append(training_bytes(build(candidate, shape, CLASSES), shape, candidate.recipe, CLASSES)[:2])
    live, copied = np.array(held).T
    seen = np.array([found.measured.training_memory for found in checks])
    return np.log((pages + np.maximum(working * live, writing * copied)) / seen)


def print_fit(checks) -> None:
    """Print the constants with the least squared log errors, and the errors on each family under those of the rest."""
    logs, families = logarithms(checks), np.array([found.candidate.split("-")[0] for found in checks])
    print(f"\nfitted on all: {_constants(logs)}")
    outside = []
    for family in sorted(set(families)):
        rest, own = logs[:, families != family], logs[:, families == family]
        errors = np.exp(own[(rest**2).sum(1).argmin()]) - 1
        outside += list(errors)
        print(f"  {family:10} by those of the others ({_constants(rest)}): {_told(errors)}")
    print(f"  every family by those of the others: {_told(outside)}")


def _constants(logs) -> str:
    pages, working, writing = CONSTANTS[(logs**2).sum(1).argmin()]
    return f"{pages / 1e6:.0f} MB + max({working:.2f} working, {writing:.2f} writing)"


def _told(errors) -> str:
    middle = statistics.median(map(abs, errors))
    return f"median error {middle:.0%}, {min(errors):+.0%} to {max(errors):+.0%} (n = {len(errors)})"


def main() -> None:
    """Print one line a model: prediction, measurement and error of each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=[row[0] for row in ZOO])
    parser.add_argument("--fit", action="store_true", help="fit the constants of the prediction again")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    checks = []
    print(
        f"{'model':18}{'predicted memory':>18}{'measured':>12}{'error':>8}   errors of parameters, FLOPs, activations"
    )
    for name in asked.only:
        found = check(name)
        if found.measured is None:
            print(f"{name:18}did not train here")
            continue
        checks.append(found)
        errors = found.errors()
        said, seen = (format_quantity(each.training_memory, "B") for each in (found.predicted, found.measured))
        counted = ", ".join(f"{errors[figure]:+.1%}" for figure in COMPLEXITY_UNITS if figure != "training_memory")
        print(f"{name:18}{said:>18}{seen:>12}{errors['training_memory']:>+8.0%}   {counted}", flush=True)
    print(f"training memory: {_told([c.errors()['training_memory'] for c in checks])}")
    if asked.fit:
        print_fit(checks)


if __name__ == "__main__":
    main()
