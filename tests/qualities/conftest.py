from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from netwright.models.decision_tree import decision_tree
from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.qualities.seeds import Seeds
from netwright.records.candidate import Candidate, Recipe
from netwright.records.measurement import Conditions, Measurement


class TickingModel(nn.Module):
    """A model that owns the clock: each call moves it by the next duration, in seconds; the last one repeats."""

    def __init__(self, durations: list[float]) -> None:
        super().__init__()
        self.durations = durations
        self.calls = 0
        self.now = 0
        self.seen: list[tuple[bool, bool, int]] = []

    def forward(self, x: Tensor) -> Tensor:
        self.now += round(self.durations[min(self.calls, len(self.durations) - 1)] * 1e9)
        self.calls += 1
        self.seen.append((self.training, torch.is_inference_mode_enabled(), torch.get_num_threads()))
        return x

    def clock(self) -> int:
        return self.now


class ForestLike(nn.Module):
    """Fits itself: no parameters, its state is buffers in double precision, as a ported forest's is."""

    def __init__(self, pixels: int, classes: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.register_buffer("feature", torch.randint(pixels, (5,), generator=generator))
        self.register_buffer("threshold", torch.rand(5, dtype=torch.float64, generator=generator))
        self.register_buffer("leaves", torch.rand(5, 2, classes, dtype=torch.float64, generator=generator))

    def forward(self, x: Tensor) -> Tensor:
        sides = (x.flatten(1)[:, self.feature].double() > self.threshold).long()
        return self.leaves[torch.arange(5), sides].mean(1).log().float()


def small_network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3)
    )


def make_predictions(n: int, classes: int = 3, temperature: float = 1.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Draw labels from softmax(logits): the true error of calibration is zero at temperature 1."""
    generator = torch.Generator().manual_seed(seed)
    logits = 2 * torch.randn(n, classes, generator=generator, dtype=torch.float64)
    labels = torch.multinomial(logits.softmax(1), 1, generator=generator)[:, 0]
    return (logits * temperature).softmax(1), labels


@pytest.fixture
def ticking():
    return TickingModel


@pytest.fixture
def predictions():
    return make_predictions


@pytest.fixture
def network():
    return small_network()


@pytest.fixture
def stated() -> Conditions:
    return Conditions(hardware="a test", threads=1, versions={"torch": "0"}, seed=7, data="abc", alone=True)


def fitted_tree() -> nn.Module:
    images, labels = striped_images(90, seed=5)
    tree = decision_tree((1, 8, 8), 3, max_depth=4)
    tree.fit(images, labels, seed=0)
    return tree


def striped_images(n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Make images of three classes that are told apart by which rows are bright."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 3
    images = torch.randn(n, 1, 8, 8, generator=generator) * 0.7
    for k in range(3):
        images[labels == k, :, 2 * k : 2 * k + 3] += 1.0
    return images.clamp(-2, 2), labels


@pytest.fixture
def stripes():
    return striped_images


@pytest.fixture(params=["network", "linear", "forest", "tree"])
def evidence(request, stated) -> Evidence:
    models = {
        "network": small_network,
        "linear": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 3)),
        "forest": lambda: ForestLike(64, 3),
        "tree": fitted_tree,
    }
    images, labels = striped_images(200, seed=1)
    probabilities, _ = make_predictions(200)
    return Evidence(
        model=models[request.param](),
        probabilities=probabilities,
        labels=labels,
        inputs=images,
        training=TrainingCost(2.0, cpu_seconds=3.0, peak_memory=4e6, memory_before=3e6, peak_before=3.5e6),
        conditions=stated,
        groups=torch.arange(200) % 2,
        group_names=("young", "old"),
        candidate=Candidate(name="small", model="mlp", options={"hidden": [8]}, recipe=Recipe(epochs=1)),
        training_data=striped_images(60, seed=2),
    )


@pytest.fixture
def seeds(stated) -> Seeds:
    """Three trials of one candidate, with the answers of each on ten samples."""
    found = {
        seed: Measurement(
            quality="accuracy", value=value, low=value - 0.1, high=value + 0.1, n=10, unit="ratio",
            conditions=stated.model_copy(update={"seed": seed}),
        )
        for seed, value in enumerate((0.80, 0.82, 0.84))
    }  # fmt: skip
    answers = {seed: np.roll(np.array([0, 1, 0, 0, 1, 0, 1, 1, 1, 0]), seed) for seed in found}
    return Seeds({seed: (measurement,) for seed, measurement in found.items()}, answers)


@pytest.fixture
def bare(evidence) -> Evidence:
    """The same evidence with nothing but what it must have."""
    return replace(
        evidence,
        training=TrainingCost(seconds=2.0, cpu_seconds=3.0, peak_memory=4e6),
        groups=None,
        group_names=(),
        candidate=None,
        training_data=None,
    )
