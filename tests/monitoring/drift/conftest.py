"""References of drawn rows, for whoever watches for drift."""

import numpy as np
import pytest

from netwright.monitoring.reference import build_reference

CLASSES = ("a", "b", "c", "d")


def drawn(n, seed, features=3):
    """Return n calm rows: normal numbers, and classes."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, features)).astype(np.float32), rng.integers(0, len(CLASSES), n)


def reference_of(numbers, predicted):
    features = [(f"x{index}", "input") for index in range(numbers.shape[1])]
    return build_reference(numbers, features, predicted, predicted, CLASSES, "drawn", "none")


@pytest.fixture(scope="session")
def draw():
    return drawn


@pytest.fixture(scope="session")
def make_reference():
    return reference_of


@pytest.fixture(scope="session")
def reference():
    return reference_of(*drawn(2000, seed=1))
