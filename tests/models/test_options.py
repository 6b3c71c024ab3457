import pytest

from netwright.models.options import among, whole, within
from netwright.records.errors import CandidateError


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), -0.1, 2.1, [1]])
def test_within_refuses_what_is_no_number_in_the_interval(value):
    with pytest.raises(CandidateError, match=r"net.width: found .*; write a number from 0 to 2"):
        within("net.width", value, 0, 2)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 0, 4])
def test_whole_refuses_what_is_no_whole_number_in_the_interval(value):
    with pytest.raises(CandidateError, match=r"net.depth: found .*; write a whole number from 1 to 3"):
        whole("net.depth", value, 1, 3)


@pytest.mark.parametrize(
    ("value", "allowed"), [(4, (3, 5)), (True, (1, 3)), (1, (True, False)), ("yes", (True, False))]
)
def test_among_refuses_what_is_not_listed(value, allowed):
    with pytest.raises(CandidateError, match=r"net.norm: found .*; write one of"):
        among("net.norm", value, allowed)


def test_bounds_and_listed_values_are_allowed():
    within("a", 0, 0, 2)
    within("a", 2.0, 0, 2)
    whole("a", 3, 1, 3)
    among("a", False, (True, False))
    among("a", 5, (3, 5))
