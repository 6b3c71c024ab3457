import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netwright.records.errors import CandidateError
from netwright.training.evaluate import predict_logits


class TwoHeads(nn.Module):
    def forward(self, inputs):
        return inputs, inputs


class Fails(nn.Module):
    def forward(self, inputs):
        raise ValueError("cannot")


@given(samples=st.integers(1, 40), batch_size=st.integers(1, 50))
def test_the_batch_size_does_not_matter(samples, batch_size):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3)).double()
    inputs = torch.randn(samples, 4, dtype=torch.float64)
    logits = predict_logits(model, inputs, batch_size)
    assert torch.allclose(logits, predict_logits(model, inputs), atol=1e-12)
    assert torch.allclose(logits, model.eval()(inputs), atol=1e-12)


def test_each_module_keeps_its_own_mode_and_statistics():
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))
    model.train()
    model[1].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    predict_logits(model, torch.randn(5, 4))
    assert [module.training for module in model] == [True, False, True]
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


def test_the_mode_comes_back_also_after_an_error():
    model = nn.Sequential(Fails()).train()
    with pytest.raises(ValueError, match="cannot"):
        predict_logits(model, torch.zeros(1, 2))
    assert model.training


def test_no_gradient_is_kept_and_the_logits_can_be_used_in_one():
    logits = predict_logits(nn.Linear(2, 2), torch.ones(3, 2))
    assert not logits.requires_grad
    weight = torch.ones(2, requires_grad=True)
    (logits * weight).sum().backward()
    assert torch.allclose(weight.grad, logits.sum(0))


def test_auxiliary_outputs_in_evaluation_mode_are_refused():
    with pytest.raises(CandidateError, match=r"TwoHeads returned tuple in evaluation mode"):
        predict_logits(TwoHeads(), torch.zeros(1, 2))
