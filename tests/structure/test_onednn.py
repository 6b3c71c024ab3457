import pytest
import torch

from netwright.structure.onednn import AVAILABLE, onednn_takes


@pytest.mark.parametrize(
    "x", [torch.zeros(1, 2, 3, 4), torch.zeros(0, 1, 1, 1, 1), torch.zeros(1, 1, 1, 1, 1, device="meta")]
)
def test_other_tensors_are_not_for_it(x):
    assert not onednn_takes(x)


def test_autocast_keeps_its_say():
    x = torch.zeros(1, 1, 1, 1, 1)
    assert onednn_takes(x) == AVAILABLE
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not onednn_takes(x)
