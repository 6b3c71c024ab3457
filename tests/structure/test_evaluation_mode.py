import pytest
from torch import nn

from netwright.structure.evaluation_mode import evaluation_mode


def test_gives_every_part_its_mode_back_after_an_error():
    model = nn.Sequential(nn.Dropout(), nn.Sequential(nn.BatchNorm1d(3)).eval())
    before = [part.training for part in model.modules()]
    meanwhile = []

    def fail():
        with evaluation_mode(model):
            meanwhile.extend(part.training for part in model.modules())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not any(meanwhile)
    assert [part.training for part in model.modules()] == before
