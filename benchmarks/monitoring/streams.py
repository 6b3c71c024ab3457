"""Streams of watched numbers for the drift benchmarks: drawn ones, garments through a small network, and texts."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import nn

from netwright.data import fashion_mnist
from netwright.data.reviews import AMAZON, EDITORIALS, MOVIES, TWEETS
from netwright.monitoring.embedding import fit_projection
from netwright.monitoring.reference import build_reference
from netwright.monitoring.summaries.catalog import summary_for
from netwright.monitoring.watched import Watched
from netwright.qualities.corruptions import CORRUPTIONS
from netwright.qualities.pixels import from_brightness, to_brightness
from netwright.records.reference import Reference

FEATURES, CLASSES = 16, 10
REFERENCE = 10_000
TAUGHT = 20_000
DOMAINS = {one.name: one for one in (MOVIES, AMAZON, EDITORIALS, TWEETS)}


@dataclass(frozen=True)
class Rows:
    """Watched numbers (N, F) and predicted classes (N,)."""

    numbers: np.ndarray
    predicted: np.ndarray

    def take(self, index) -> "Rows":
        """Return some of the rows."""
        return Rows(self.numbers[index], self.predicted[index])


def joined(*parts: Rows) -> Rows:
    """Return all rows, part after part."""
    return Rows(np.concatenate([one.numbers for one in parts]), np.concatenate([one.predicted for one in parts]))


def reference_of(rows: Rows, features, classes: int = CLASSES) -> Reference:
    """Return the reference of rows."""
    names = [str(index) for index in range(classes)]
    return build_reference(rows.numbers, features, rows.predicted, rows.predicted, names, "benchmark", "none")


def drawn(n: int, rng: np.random.Generator) -> Rows:
    """Sixteen features: normal, skewed, heavy-tailed, discrete, with missing values, correlated; ten classes."""
    numbers = rng.normal(size=(n, FEATURES))
    numbers[:, 4:6] = rng.exponential(size=(n, 2))
    numbers[:, 6:8] = rng.standard_t(2, size=(n, 2))
    numbers[:, 8] = rng.integers(0, 5, n)
    numbers[:, 9] = rng.random(n) < 0.02
    numbers[:, 10:12][rng.random((n, 2)) < 0.05] = np.nan
    numbers[:, 12:] = 0.9 * numbers[:, :1] + 0.44 * numbers[:, 12:]
    shares = np.array([0.3, 0.2, 0.1, 0.1, 0.08, 0.07, 0.05, 0.05, 0.03, 0.02])
    return Rows(numbers.astype(np.float32), rng.choice(CLASSES, size=n, p=shares))


def drawn_features():
    """Return name and group of each feature of `drawn`."""
    return [(f"x{index}", "input") for index in range(FEATURES)]


class Garments:
    """Fashion-MNIST through a network of 784-128-10 that 20,000 of its images taught.

    The other 50,000 images are all strangers to the network and to the projection: shuffled, they are exchangeable.
    """

    def __init__(self) -> None:
        torch.manual_seed(0)
        data = fashion_mnist.load()
        images = torch.cat([data.train_images, data.test_images]).float()
        labels = torch.cat([data.train_labels, data.test_labels])
        order = torch.randperm(len(images))
        self._images, labels = images[order], labels[order]
        self._body = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU())
        self._head = nn.Linear(128, CLASSES)
        self._teach(labels)
        self.watched = Watched(summary_for("image"), fit_projection(self._hidden(self._images[:4096])))
        self.rows = self._numbers(self._images[TAUGHT:])

    def _teach(self, labels) -> None:
        network = nn.Sequential(self._body, self._head)
        optimizer = torch.optim.Adam(network.parameters(), 1e-3)
        for _ in range(4):
            for chosen in torch.randperm(TAUGHT).split(128):
                optimizer.zero_grad()
                nn.functional.cross_entropy(network(self._images[chosen]), labels[chosen]).backward()
                optimizer.step()

    @torch.no_grad()
    def _hidden(self, images) -> np.ndarray:
        return self._body(images).numpy()

    @torch.no_grad()
    def _numbers(self, images) -> Rows:
        parts = []
        for batch in images.split(1000):
            hidden = self._body(batch)
            logits = self._head(hidden).numpy()
            parts.append(Rows(self.watched.watch(batch.numpy(), logits, hidden.numpy()), logits.argmax(1)))
        return joined(*parts)

    @cache  # noqa: B019 - one of these lives as long as the process
    def corrupted(self, name: str, n: int) -> Rows:
        """The last n images, spoilt."""
        generator = torch.Generator().manual_seed(1)
        spoilt = CORRUPTIONS[name](to_brightness(self._images[-n:]), generator).clamp(0, 1)
        return self._numbers(from_brightness(spoilt))


def texts(domain: str) -> Rows:
    """The texts of one domain of rated snippets, without a model: its watched numbers, and one class."""
    data = DOMAINS[domain].load()
    content = torch.cat([data.train_texts, data.test_texts]).numpy()
    return Rows(summary_for("text").numbers(content), np.zeros(len(content), np.int64))


def text_features():
    """Return name and group of each feature of `texts`."""
    return [(name, "input") for name in summary_for("text").names]
