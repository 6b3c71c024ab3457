import pytest
import torch
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR

from netwright.dynamics.track import track
from tests.dynamics.watched import attentive, batch, rectified, step, symmetries, watched, worst

SETTINGS = {
    "plain": {"lr": 0.1},
    "decay": {"lr": 0.1, "weight_decay": 0.02},
    "momentum": {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.02},
    "dampening": {"lr": 0.05, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.02},
    "nesterov": {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.02},
}


def mixed(model, settings):
    """Two groups: no decay and half the rate on biases."""
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in model.named_parameters() if name.endswith("bias")]
    slow = {"params": biases, "lr": settings["lr"] / 2, "weight_decay": 0.0}
    return SGD([{"params": weights}, slow], **settings)


@pytest.mark.parametrize("groups", ["one", "mixed"])
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("network", [rectified, attentive])
def test_exact_law_is_what_is_measured(network, name, groups):
    model, found = network()
    settings = SETTINGS[name]
    optimizer = SGD(model.parameters(), **settings) if groups == "one" else mixed(model, settings)
    record = watched(model, found, optimizer, 60, CosineAnnealingLR(optimizer, 60)).record()
    assert record.series[0].steps == (0, 1, 10, 20, 30, 40, 50, 60)
    assert worst(record) < 1e-12
    assert max(abs(s.measured[-1] - s.measured[0]) for s in record.series) > 1e-4
    for series in record.series:
        assert abs(series.attribution.rounding) < 1e-12
        assert abs(series.attribution.breaking) < 1e-12
