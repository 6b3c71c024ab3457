import pytest
import torch
from torch import Tensor, nn

from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.records.measurement import Conditions


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


@pytest.fixture(params=["network", "linear", "forest"])
def evidence(request, stated) -> Evidence:
    models = {
        "network": small_network,
        "linear": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 3)),
        "forest": lambda: ForestLike(64, 3),
    }
    probabilities, labels = make_predictions(200)
    inputs = torch.rand(64, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    cost = TrainingCost(seconds=2.0, cpu_seconds=3.0, peak_memory=4e6)
    return Evidence(models[request.param](), probabilities, labels, inputs, cost, stated)
