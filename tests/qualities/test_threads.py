import pytest
import torch

from netwright.qualities.threads import limited_threads
from netwright.records.errors import InputError


def test_restores_the_number_after_an_error():
    before = torch.get_num_threads()
    meanwhile = []

    def fail():
        with limited_threads(before + 1):
            meanwhile.append(torch.get_num_threads())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert meanwhile == [before + 1]
    assert torch.get_num_threads() == before


def test_refuses_no_threads():
    with pytest.raises(InputError, match="threads=0"), limited_threads(0):
        pass
