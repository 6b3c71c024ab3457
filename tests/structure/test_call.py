"""How an example enters a model, and what is said where it does not fit."""

import pytest
import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError
from netwright.structure.call import call


class _Pair(nn.Module):
    def forward(self, left: Tensor, right: Tensor) -> Tensor:
        return left - right


def test_tensors_tuples_and_dicts_enter_each_in_its_way():
    two, one = torch.tensor(2.0), torch.tensor(1.0)
    assert call(nn.Identity(), two) == 2
    assert call(_Pair(), (two, one)) == 1
    assert call(_Pair(), {"right": two, "left": one}) == -1


@pytest.mark.parametrize("example", [torch.ones(2, 5), (torch.ones(2, 3), torch.ones(2)), {"images": torch.ones(2, 3)}])
def test_an_example_that_does_not_fit_is_told_what_does(example):
    with pytest.raises(ModelError, match=r"Linear cannot be called with the example .* takes \(input\)"):
        call(nn.Linear(3, 2), example)


def test_a_lazy_model_is_told_to_see_a_batch_first():
    with pytest.raises(ModelError, match="weight of LazyLinear has no shape yet; run one batch"):
        call(nn.LazyLinear(3), torch.ones(2, 5))
