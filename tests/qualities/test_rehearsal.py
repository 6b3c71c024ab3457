import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from netwright.models.build import build
from netwright.qualities.rehearsal import rehearse
from netwright.records.candidate import Candidate

FLOAT, WHOLE = 4, 8
SHAPE, CLASSES = (1, 16, 16), 10
ZOO = [
    ("mlp", {}),
    ("alexnet", {"width": 0.25}),
    ("googlenet", {"depth": 10, "width": 0.25}),
    ("resnet", {"depth": 8}),
    ("resnet", {"depth": 18, "width": 0.25, "dropout": 0.1}),
]


def zoo_model(name, options):
    torch.manual_seed(0)
    return build(Candidate(name="one", model=name, options=options), SHAPE, CLASSES)


class Looking(nn.Module):
    """Looks at a value of its input, which fake tensors do not have."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x):
        assert x.sum().item() == 0
        return self.model(x)


def test_a_linear_layer_is_the_closed_form():
    found = rehearse(nn.Linear(100, 10), (100,), 10, batch=8, evaluated=32)
    assert found.evaluation == 32 * (100 + 10) * FLOAT
    # at the end of the backward pass: batch, labels, gradients of logits and of parameters, the loss and its gradient
    assert found.step == 8 * 100 * FLOAT + 8 * WHOLE + 8 * 10 * FLOAT + 1010 * FLOAT + 2 * FLOAT
    assert not found.extrapolated


@settings(max_examples=15)
@given(batch=st.integers(1, 200))
def test_what_a_step_holds_is_a_line_in_the_batch(batch):
    model = nn.Sequential(nn.Linear(30, 20), nn.Sigmoid(), nn.Linear(20, 4))
    base, more, asked = (rehearse(model, (30,), 4, size, 1).step for size in (300, 500, 300 + batch))
    assert asked == pytest.approx(base + (more - base) / 200 * batch)


@pytest.mark.parametrize(("name", "options"), ZOO)
def test_a_model_that_looks_at_values_is_run_and_comes_to_the_same(name, options):
    model = zoo_model(name, options)
    without, really = (rehearse(each, SHAPE, CLASSES, 32, 64) for each in (model, Looking(model)))
    assert (without.extrapolated, really.extrapolated) == (False, True)
    assert really.step == pytest.approx(without.step, rel=0.1)
    assert really.evaluation == pytest.approx(without.evaluation, rel=0.1)


@pytest.mark.parametrize("wrap", [lambda model: model, Looking], ids=["without numbers", "really"])
@pytest.mark.parametrize(("name", "options"), ZOO)
def test_the_model_stays_as_it_is(name, options, wrap):
    model = wrap(zoo_model(name, options))
    list(model.modules())[-1].eval()  # a frozen layer
    frozen = next(model.parameters()).requires_grad_(False)
    modes = [part.training for part in model.modules()]
    state = {name: held.clone() for name, held in model.state_dict().items()}
    random = torch.get_rng_state()
    rehearse(model, SHAPE, CLASSES, 4, 4)
    assert [part.training for part in model.modules()] == modes
    assert all(torch.equal(held, state[name]) for name, held in model.state_dict().items())
    assert {type(held) for held in model.state_dict().values()} == {torch.Tensor}
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not frozen.requires_grad
    assert torch.equal(torch.get_rng_state(), random)


def test_a_model_with_tensors_of_its_own_and_shared_parameters_is_rehearsed():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(10, 10, bias=False)
            self.second = nn.Linear(10, 10, bias=False)
            self.second.weight = self.first.weight
            self.scale = torch.ones(10)
            self.kept = None

        def forward(self, x):
            self.kept = self.second(self.first(x * self.scale)) + torch.arange(10.0)
            return self.kept

    model = Own()
    found = rehearse(model, (10,), 10, 4, 4)
    assert not found.extrapolated
    assert model.kept is None  # no tensor without numbers is left behind
    assert found.step < 3 * 100 * FLOAT + 2000


def test_the_fault_of_a_model_is_its_own():
    class Broken(nn.Module):
        def forward(self, x):
            raise ValueError("no such width")

    with pytest.raises(ValueError, match="no such width"):
        rehearse(Broken(), (10,), 10, 4, 4)
