import errno
import logging
import os
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.machine.seeds import random_state
from netwright.records.candidate import OPTIMIZERS, Recipe
from netwright.records.errors import LedgerError, StorageError
from netwright.records.trial import Epoch
from netwright.training.checkpoint import (
    Checkpoint,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
)
from netwright.training.optimizers import make_optimizer
from netwright.training.schedules import make_schedule

EPOCH = Epoch(
    index=1, train_loss=0.5, validation_loss=0.6, validation_accuracy=0.7, lr=0.1, seconds=1.5, memory=1e8
)  # fmt: skip


def state(optimizer_name="sgd"):
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    optimizer = make_optimizer(model.parameters(), Recipe(optimizer=optimizer_name))
    schedule = make_schedule(optimizer, Recipe(), 10)
    model(torch.randn(5, 3)).sum().backward()
    optimizer.step()
    schedule.after_step()
    return Checkpoint(
        training="digits",
        model=model.state_dict(),
        optimizer=optimizer.state_dict(),
        schedule=schedule.state_dict(),
        random=random_state(),
        epochs=(EPOCH, EPOCH),
        seconds=3.25,
        attempts=2,
    )


def same(a, b):
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    # NaN stands for "none" in the random state
    return a == b or (a != a and b != b)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_checkpoint_comes_back_whole(tmp_path, name):
    path, written = tmp_path / "checkpoint.pt", state(name)
    save_checkpoint(path, written)
    read = load_checkpoint(path)
    random, expected = (dict(c.random) for c in (read, written))
    for gauss in ("numpy_gauss", "python_gauss"):
        assert torch.equal(random.pop(gauss).nan_to_num(), expected.pop(gauss).nan_to_num())
    assert same(random, expected)
    for field in ("training", "model", "optimizer", "schedule", "epochs", "seconds", "attempts"):
        assert same(getattr(read, field), getattr(written, field)), field


def test_without_a_file_there_is_none(tmp_path):
    assert load_checkpoint(tmp_path / "absent.pt") is None


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "checkpoint.pt"
    save_checkpoint(path, state())
    return path.read_bytes()


@given(place=st.floats(0, 1, exclude_max=True), bit=st.none() | st.integers(0, 7))
def test_a_damaged_file_counts_as_absent(tmp_path_factory, whole_file, place, bit):
    at = int(place * len(whole_file))
    damaged = bytearray(whole_file)
    if bit is None:
        del damaged[at:]
    else:
        damaged[at] ^= 1 << bit
    path = tmp_path_factory.mktemp("damaged") / "checkpoint.pt"
    path.write_bytes(damaged)
    assert load_checkpoint(path) is None


def test_a_damaged_file_is_named_in_the_log(tmp_path, caplog):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"cut")
    with caplog.at_level(logging.WARNING):
        assert load_checkpoint(path) is None
    assert f"{path} is no whole checkpoint" in caplog.text


class Attack:
    def __reduce__(self):
        return os._exit, (1,)


def test_a_checkpoint_runs_no_code(tmp_path):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, Checkpoint("x", Attack(), {}, {}, {}, (), 0.0, 1))
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        load_checkpoint(path)


def test_on_a_full_disk_the_last_checkpoint_stands(tmp_path, monkeypatch):
    path = tmp_path / "checkpoint.pt"
    save_checkpoint(path, state())
    before = path.read_bytes()

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        save_checkpoint(path, state())
    assert path.read_bytes() == before
    assert load_checkpoint(path) is not None


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 3)
        self.second = nn.Linear(3, 3)
        self.second.weight = self.first.weight
        self.register_buffer("turned", torch.arange(6.0).view(2, 3).T)
        self.register_buffer("count", torch.tensor(3))


@pytest.mark.parametrize("make", [lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)), Tied])
def test_weights_come_back_whole(tmp_path, make):
    path, model, other = tmp_path / "weights.safetensors", make(), make()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.zero_()
    save_weights(path, model)
    load_weights(path, other)
    assert same(model.state_dict(), other.state_dict())


def test_weights_that_cannot_be_had_say_why(tmp_path):
    path = tmp_path / "weights.safetensors"
    with pytest.raises(LedgerError, match="there are no weights at"):
        load_weights(path, nn.Linear(1, 1))
    save_weights(path, nn.Linear(2, 2))
    with pytest.raises(LedgerError, match="weights of another model than Linear"):
        load_weights(path, nn.Linear(3, 2))
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(LedgerError, match="no whole safetensors file"):
        load_weights(path, nn.Linear(2, 2))
