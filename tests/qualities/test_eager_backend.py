import pytest
import torch
from torch import nn

from netwright.qualities.backends import Effort, compare_backends
from netwright.qualities.eager_backend import EagerBackend


def test_the_processor_gets_the_model_itself():
    model = nn.Linear(4, 3)
    assert EagerBackend().prepare(model, torch.zeros(1, 4))(2) is model


def test_elsewhere_a_copy_runs_and_answers_come_back():
    # the only device beside the processor that is always there; its tensors have no numbers
    model = nn.Linear(4, 3)
    predict = EagerBackend("meta").prepare(model, torch.zeros(1, 4))
    assert model.weight.device.type == "cpu"
    with pytest.raises(NotImplementedError, match="meta"):
        predict(1)(torch.zeros(1, 4))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is an accelerator")
def test_an_accelerator_that_is_not_there_is_a_reason():
    effort = Effort(calls=2, seconds=0.01)
    (run,) = compare_backends(
        "it", nn.Linear(4, 3), torch.zeros(2, 4), [EagerBackend("cuda")], threads=4, effort=effort
    )
    assert (run.device, run.threads, run.runs) == ("cuda", 1, False)
    assert "CUDA" in run.detail


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no accelerator")
def test_an_accelerator_answers_nearly_the_same():
    effort = Effort(calls=5, seconds=0.01)
    (run,) = compare_backends("it", nn.Linear(4, 3), torch.eye(4), [EagerBackend("cuda")], threads=4, effort=effort)
    assert run.runs
    assert run.difference < 1e-3
