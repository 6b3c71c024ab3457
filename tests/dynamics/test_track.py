import pytest
import torch
from tests.dynamics.families import scale_rows
from tests.dynamics.watched import attentive, rectified, symmetries, watched, worst
from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR

from netwright.dynamics.track import track
from netwright.records.errors import InputError, ModelError

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


@pytest.mark.parametrize("name", SETTINGS)
def test_float32_stays_within_its_rounding(name):
    model, found = rectified(torch.float32)
    optimizer = SGD(model.parameters(), **SETTINGS[name])
    record = watched(model, found, optimizer, 300, CosineAnnealingLR(optimizer, 300)).record()
    assert worst(record) < 1e-5
    assert max(abs(series.attribution.breaking) for series in record.series) < 1e-5


def test_continuous_theory_is_near_the_exact_law_at_small_steps():
    errors = {}
    for lr in (0.02, 0.01):
        model, found = rectified()
        optimizer = SGD(model.parameters(), lr=lr, momentum=0.9, weight_decay=0.01)
        errors[lr] = worst(watched(model, found, optimizer, 100).record(), "flow_error")
    assert errors[0.01] < 2e-4
    assert errors[0.01] < errors[0.02] / 1.5


def test_broken_symmetry_is_told_apart_from_decay_and_finite_step():
    model, found = rectified()
    model[1] = torch.nn.GELU()
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.5, weight_decay=0.01)
    record = watched(model, found, optimizer, 30, every=1).record()
    broken, whole = record.series[0], record.series[2]
    assert max(broken.error) > 1e-4
    assert abs(broken.attribution.breaking) > 1e-4
    assert abs(whole.attribution.breaking) < 1e-14
    for series in record.series:
        # every step was looked at, so the measured change is the change of the whole training
        assert abs(series.attribution.rounding) < 1e-13


def test_attribution_of_one_plain_step_is_the_expanded_square():
    model, found = rectified()
    optimizer = SGD(model.parameters(), lr=0.1, weight_decay=0.2)
    before, size = found[0].along(dict(model.named_parameters())), found[0].magnitude
    record = watched(model, found, optimizer, 1).record()
    values = dict(model.named_parameters())
    gradients = {name: parameter.grad for name, parameter in values.items()}
    shares, total = record.series[0].attribution, size(values).sum()
    assert shares.decay == pytest.approx((0.98**2 - 1) * before.sum() / total, rel=1e-10)
    assert shares.finite_step == pytest.approx(0.01 * found[0].along(gradients).sum() / total, rel=1e-10)


def test_scale_family_is_forecast():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.BatchNorm1d(6), torch.nn.ReLU(), torch.nn.Linear(6, 4))
    model.double()
    found = symmetries((scale_rows(model, "0.weight", "0 to 1"),))
    optimizer = SGD(model.parameters(), lr=0.1, weight_decay=0.01, momentum=0.9, nesterov=True)
    before = []
    optimizer.register_step_pre_hook(lambda *_: before.append(model[0].weight.detach().clone()))
    record = watched(model, found, optimizer, 20).record()
    (told,) = record.forecasts
    assert told.norm == pytest.approx(before[-1].norm().item())
    assert told.effective_rate == pytest.approx(0.1 / before[-1].square().sum().item())
    assert told.equilibrium > 0
    assert told.angle > 0


def test_no_symmetry_is_no_error():
    model, _ = rectified()
    record = watched(model, symmetries(()), SGD(model.parameters(), lr=0.1), 12).record()
    assert record.steps == 12
    assert record.series == ()


def test_every_below_one_is_refused():
    model, found = rectified()
    with pytest.raises(InputError, match=r"every is 0\. Give at least 1"):
        track(model, SGD(model.parameters(), lr=0.1), found, every=0)


def test_optimizer_of_another_model_is_refused():
    model, found = rectified()
    other, _ = rectified()
    with pytest.raises(ModelError, match="none of the 6 parameters of the SGD belongs to the model"):
        track(model, SGD(other.parameters(), lr=0.1), found)


def test_symmetries_of_another_model_are_refused_by_name():
    _, found = attentive()
    model, _ = rectified()
    with pytest.raises(ModelError, match=r"move q\.weight, q\.bias, k\.weight, k\.bias and"):
        track(model, SGD(model.parameters(), lr=0.1), found)


@pytest.mark.parametrize("network", [rectified, attentive])
def test_parameters_of_another_size_are_refused(network):
    model, found = network()
    name = found[0].symmetry.parameters[0]
    layer = model.get_submodule(name.rpartition(".")[0])
    layer.weight = torch.nn.Parameter(torch.zeros(2, 5))
    with pytest.raises(ModelError, match=f"{name} has 10 elements in the model, 3[05] in the symmetries"):
        track(model, SGD(model.parameters(), lr=0.1), found)


def test_lazily_built_model_is_refused():
    _, found = rectified()
    model = torch.nn.Sequential(torch.nn.LazyLinear(7), torch.nn.ReLU(), torch.nn.Linear(7, 6))
    with pytest.raises(ModelError, match=r"0\.weight, 0\.bias of the model have no shape yet"):
        track(model, SGD(model.parameters(), lr=0.1), found)


def test_state_of_other_symmetries_is_refused():
    model, found = rectified()
    state = watched(model, found, SGD(model.parameters(), lr=0.1), 2).state_dict()
    other, elsewhere = attentive()
    with pytest.raises(InputError, match="the state is of 3 families, 4 are watched"):
        track(other, SGD(other.parameters(), lr=0.1), elsewhere).load_state_dict(state)
