import numpy as np
import pytest
import torch
from tests.dynamics.families import head, scale_rows
from tests.dynamics.watched import batch, rectified, step, symmetries, watched, worst
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR

from netwright.dynamics.law_follower import LawFollower
from netwright.dynamics.observer import Observer
from netwright.dynamics.partition import part_parameters
from netwright.dynamics.track import track

MOMENTUM = {"lr": 0.05, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.02}
MAKERS = {
    "SGD": lambda weights: SGD(weights, **MOMENTUM),
    "AdamW": lambda weights: AdamW(weights, lr=0.01, weight_decay=0.1),
}


def trained(make, steps, watch_it, schedule=True):
    """Return the weights and, where it is watched, the record of a training of some steps."""
    model, found = rectified()
    optimizer = make(model.parameters())
    rates = CosineAnnealingLR(optimizer, 40) if schedule else None
    if watch_it:
        return model, watched(model, found, optimizer, steps, rates, every=3).record()
    for seed in range(steps):
        step(model, optimizer, seed, rates)
    return model, None


@pytest.mark.parametrize("name", MAKERS)
def test_weights_are_the_same_bits_as_without(name):
    with_it, _ = trained(MAKERS[name], 20, True)
    without, _ = trained(MAKERS[name], 20, False)
    assert all(torch.equal(a, b) for a, b in zip(with_it.parameters(), without.parameters(), strict=True))


@pytest.mark.parametrize("stop", [1, 7, 9])
@pytest.mark.parametrize("name", MAKERS)
def test_resumed_training_gives_the_record_of_an_unbroken_one(name, stop, tmp_path):
    _, unbroken = trained(MAKERS[name], 20, True)
    model, found = rectified()
    optimizer = MAKERS[name](model.parameters())
    rates = CosineAnnealingLR(optimizer, 40)
    with track(model, optimizer, found, 3, closely=1, schedule=rates) as watch:
        for seed in range(stop):
            step(model, optimizer, seed, rates)
    state = {"model": model, "optimizer": optimizer, "rates": rates, "watch": watch}
    torch.save({key: value.state_dict() for key, value in state.items()}, tmp_path / "state.pt")

    model, found = rectified(seed=5)
    optimizer = MAKERS[name](model.parameters())
    rates = CosineAnnealingLR(optimizer, 40)
    with track(model, optimizer, found, 3, closely=1, schedule=rates) as watch:
        kept = torch.load(tmp_path / "state.pt", weights_only=True)
        for key, value in {"model": model, "optimizer": optimizer, "rates": rates, "watch": watch}.items():
            value.load_state_dict(kept[key])
        for seed in range(stop, 20):
            step(model, optimizer, seed, rates)
    assert watch.record() == unbroken


def test_hooks_are_gone_after_an_exception_and_the_record_stays():
    model, found = rectified()
    optimizer = SGD(model.parameters(), **MOMENTUM)
    watch = track(model, optimizer, found, every=2, closely=1)

    def interrupted():
        with watch:
            for seed in range(5):
                step(model, optimizer, seed)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    record = watch.record()
    assert record.steps == 5
    assert record.series[0].steps == (0, 1, 2, 4, 5)
    step(model, optimizer, 9)
    assert watch.record() == record
    assert not optimizer._optimizer_step_pre_hooks
    assert not optimizer._optimizer_step_post_hooks


def test_record_within_the_loop_goes_up_to_now_and_changes_nothing():
    plain = trained(MAKERS["SGD"], 9, True, schedule=False)[1]
    model, found = rectified()
    optimizer = MAKERS["SGD"](model.parameters())
    with track(model, optimizer, found, every=3, closely=1) as watch:
        for seed in range(9):
            step(model, optimizer, seed)
            assert watch.record().series[0].steps[-1] == seed + 1
    assert watch.record() == plain


def test_steps_that_are_weighed_together_give_the_same_bits(monkeypatch):
    """On an accelerator several steps wait for each other."""
    at_once = trained(MAKERS["SGD"], 20, True)[1]
    start = LawFollower.__init__

    def patient(self, observer):
        start(self, observer)
        self._hold = 8

    monkeypatch.setattr(LawFollower, "__init__", patient)
    assert trained(MAKERS["SGD"], 20, True)[1] == at_once


def test_diverged_training_is_told_without_warnings():
    model, found = rectified()
    record = watched(model, found, SGD(model.parameters(), lr=1e100), 12).record()
    assert record.series[0].steps[-1] == 12
    assert record.from_json(record.to_json()).steps == 12


def test_sparse_gradients_are_read():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(9, 5, sparse=True), nn.Flatten(), nn.Linear(15, 4)).double()
    found = symmetries((head(model, "2"), scale_rows(model, "0.weight", "0")))
    optimizer = SGD(model.parameters(), lr=0.1, weight_decay=0)
    observer = Observer(tuple(found), dict(model.named_parameters()), optimizer)
    x, y = torch.randint(9, (16, 3)), torch.randint(4, (16,))
    cross_entropy(model(x), y).backward()
    parts = part_parameters(observer.parameters, optimizer)
    (square,) = observer.quadratic.charges.weigh(observer.squares(parts)[0], [parts[0].names])
    np.testing.assert_allclose(square, model[0].weight.grad.to_dense().square().sum(1).numpy())


def test_closure_is_read_where_its_gradients_are():
    expected = trained(MAKERS["SGD"], 9, True, schedule=False)[1]
    model, found = rectified()
    optimizer = MAKERS["SGD"](model.parameters())
    with track(model, optimizer, found, every=3, closely=1) as watch:
        for seed in range(9):
            x, y = batch(model, seed)

            def closure(x=x, y=y):
                optimizer.zero_grad()
                loss = cross_entropy(model(x), y)
                loss.backward()
                return loss

            assert isinstance(optimizer.step(closure), torch.Tensor)
    assert watch.record() == expected


def test_climbing_turns_the_gradient():
    model, found = rectified()
    optimizer = SGD(model.parameters(), maximize=True, **MOMENTUM)
    record = watched(model, found, optimizer, 20, sign=-1.0).record()
    assert worst(record) < 1e-12


@pytest.mark.parametrize("settings", [{"lr": 0.1}, MOMENTUM, {**MOMENTUM, "dampening": 0, "nesterov": True}])
def test_parts_that_freeze_and_thaw_are_seeded_anew(settings):
    model, found = rectified()
    optimizer = SGD(model.parameters(), **settings)
    with track(model, optimizer, found, every=5, closely=1) as watch:
        for seed in range(40):
            model[2].requires_grad_(not 10 <= seed < 20)
            step(model, optimizer, seed)
            model[0].bias.requires_grad_(seed < 25)
    assert worst(watch.record()) < 1e-12


def test_parameters_that_join_the_optimizer_late():
    model, found = rectified()
    optimizer = SGD([model[0].weight, model[0].bias, model[4].weight], **MOMENTUM)
    with track(model, optimizer, found, every=5, closely=1) as watch:
        for seed in range(30):
            if seed == 12:
                optimizer.add_param_group({"params": [*model[2].parameters(), model[4].bias], "lr": 0.02})
                model.append(nn.Identity()).append(nn.Linear(4, 4, dtype=torch.float64))
                optimizer.add_param_group({"params": [*model[-1].parameters()]})
            step(model, optimizer, seed)
    record = watch.record()
    assert worst(record) > 1e-6  # the head's translation is not one of the longer network
    assert max(series.error[-1] for series in record.series[:2]) < 1e-12


def test_replaced_parameter_is_noticed():
    model, found = rectified()
    optimizer = SGD(model.parameters(), lr=0.1)
    with track(model, optimizer, found, every=2, closely=1) as watch:
        for seed in range(4):
            step(model, optimizer, seed)
        model[0].weight = nn.Parameter(2 * model[0].weight.detach())
        optimizer.add_param_group({"params": [model[0].weight]})
        for seed in range(4):
            step(model, optimizer, seed)
    record = watch.record()
    total = (model[0].weight.square().sum() + model[0].bias.square().sum() - model[2].weight.square().sum()).item()
    assert record.series[0].measured[-1] == pytest.approx(total, rel=1e-12)
    assert record.series[0].error[-1] > 0.1


def test_parameter_replaced_by_a_smaller_one_rests():
    model, found = rectified()
    optimizer = SGD(model.parameters(), lr=0.1)
    with track(model, optimizer, found, every=1, closely=1) as watch:
        step(model, optimizer, 0)
        model[4] = nn.Linear(6, 3, dtype=torch.float64)
        optimizer.zero_grad()
        optimizer.step()
    record = watch.record()
    assert record.steps == 2
    assert record.series[1].measured[-1] == record.series[1].measured[-2]


def test_adamw_is_attributed_and_not_predicted():
    model, found = rectified()
    optimizer = AdamW(model.parameters(), lr=0.01, weight_decay=0.1)
    record = watched(model, found, optimizer, 30, every=1).record()
    for series in record.series:
        assert set(series.predicted) == {None}
        assert set(series.flow_error) == {None}
        shares = series.attribution
        assert shares.steps == 30
        assert abs(shares.rounding) < 1e-14
        parts = shares.decay + shares.finite_step + shares.breaking + shares.rounding
        assert shares.change == pytest.approx(parts, abs=1e-14)
    # decay alone would shrink each charge by (1 - lr decay)^2 a step
    assert record.series[0].attribution.decay != 0
    assert "not plain SGD" in {alarm.kind for alarm in record.alarms}


def test_scaled_gradients_of_a_fused_optimizer():
    model, found = rectified(torch.float32)
    optimizer = SGD(model.parameters(), fused=True, **MOMENTUM)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with track(model, optimizer, found, every=4, closely=1) as watch:
        for seed in range(20):
            x, y = batch(model, seed)
            optimizer.zero_grad()
            scaler.scale(cross_entropy(model(x), y)).backward()
            if seed == 7:
                model[0].weight.grad[0, 0] = torch.inf
            scaler.step(optimizer)
            scaler.update()
    record = watch.record()
    assert record.steps == 19
    assert worst(record) < 1e-5
    assert max(abs(series.attribution.breaking) for series in record.series) < 1e-5


@pytest.mark.parametrize("precise", [True, False])
def test_mixed_precision(precise):
    model, found = rectified(torch.float32)
    optimizer = SGD(model.parameters(), **MOMENTUM)
    scaler = torch.amp.GradScaler("cpu", init_scale=256.0, enabled=not precise)
    with track(model, optimizer, found, every=5, closely=1) as watch:
        for seed in range(50):
            x, y = batch(model, seed)
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=not precise):
                loss = cross_entropy(model(x), y)
            scaler.scale(loss).backward()
            scaler.step(optimizer)
            scaler.update()
    record = watch.record()
    assert record.steps == 50
    assert worst(record) < (1e-5 if precise else 2e-2)
    assert not record.alarms


def test_compiled_model_keeps_its_names():
    model, found = rectified()
    optimizer = SGD(model.parameters(), lr=0.1)
    record = watched(torch.compile(model, backend="eager"), found, optimizer, 3).record()
    assert worst(record) < 1e-12
