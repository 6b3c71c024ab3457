from types import SimpleNamespace

import numpy as np
import pytest

from netwright.monitoring.store import Store
from netwright.serving.engine import Answers
from netwright.serving.telemetry.events import EventMaker
from netwright.serving.telemetry.served import Served


def watch(inputs, answers):
    return np.stack([inputs.mean(1), answers.logits.max(1)], 1)


def keep(tensors, index):
    return bytes(tensors["x"][index])


def served(request_id="r", logits=((0.0, 2.0),), route="main", status=200, **options):
    if status != 200:
        return Served(request_id, 100.0, "v1", "mlp", route, status, 0.002)
    answers = Answers(np.array(logits, np.float32))
    inputs = options.get("inputs", np.full((len(logits), 3), 0.5, np.float32))
    return Served(request_id, 100.0, "v1", "mlp", route, 200, 0.002, answers, inputs, options.get("tensors"))


@pytest.fixture
def given():
    return SimpleNamespace(watch=watch, keep=keep, served=served, maker=EventMaker(watch, keep, 0.0))


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "telemetry.db") as opened:
        yield opened


@pytest.fixture
def rows(store):
    """Return the stored events, whole."""
    return lambda: store.read(
        "SELECT id, route, status, predicted, confidence, features, sample, boot FROM events ORDER BY rowid"
    )
