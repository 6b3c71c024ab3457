import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.qualities.attack import Reach, attacked, reach_of
from netwright.records.errors import InputError
from netwright.records.measurement import Conditions

numbers = st.floats(-5, 5)


@given(numbers, st.floats(-2, 2), st.floats(0.01, 1))
def test_what_is_cut_is_the_nearest_within_reach(changed, clean, epsilon):
    reach = Reach(epsilon, lowest=-2.0, highest=2.0)
    found = float(reach.cut(torch.tensor(changed, dtype=torch.float64), torch.tensor(clean, dtype=torch.float64)))
    low, high = max(-2.0, clean - epsilon), min(2.0, clean + epsilon)
    assert found == pytest.approx(min(max(changed, low), high))


def test_images_stay_between_black_and_white_and_rows_are_free():
    assert (reach_of(torch.zeros(2, 3, 8, 8)).lowest, reach_of(torch.zeros(2, 3, 8, 8)).highest) == (-2.0, 2.0)
    assert reach_of(torch.zeros(2, 8)).lowest == float("-inf")


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan")])
def test_an_attack_has_to_go_somewhere(epsilon):
    with pytest.raises(InputError, match="epsilon"):
        Reach(epsilon)


@pytest.mark.parametrize(("flat", "noted"), [(0, False), (5, False), (6, True)])
def test_samples_without_a_slope_are_told(flat, noted):
    slopes = torch.ones(100, 3)
    slopes[:flat] = 0
    found = attacked(
        "robustness.fgsm", torch.arange(100) < 60, slopes, how="one step", conditions=Conditions(hardware="")
    )
    assert found.value == 0.6
    assert any("Athalye" in note for note in found.notes) == noted
