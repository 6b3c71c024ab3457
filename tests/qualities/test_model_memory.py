import pytest

from netwright.qualities.model_memory import ALREADY_MORE, measure, model_memory
from netwright.records.errors import InputError


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_is_the_growth_of_the_process(evidence):
    (found,) = measure(evidence)
    assert found.value == found.low == found.high == 1e6
    assert "over seeds" in found.notes[0]


def test_a_peak_that_was_there_before_is_told():
    assert model_memory(5e8, 3e8, peak_before=5e8).notes[0] == ALREADY_MORE
    assert ALREADY_MORE not in model_memory(5e8, 3e8, peak_before=4e8).notes


def test_refuses_a_peak_below_the_start():
    with pytest.raises(InputError, match="swap them"):
        model_memory(1.0, 2.0)


@pytest.mark.parametrize("evidence", ["linear"], indirect=True)
def test_says_so_where_nobody_looked(bare):
    assert "nobody looked" in measure(bare)[0].reason
