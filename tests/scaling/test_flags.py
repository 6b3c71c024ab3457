"""When another law is a reservation; the other flags are tested with the curves that they belong to."""

from math import inf

import pytest

from netwright.records.law import Alternative
from netwright.scaling.flags import other_law


def law(name: str, aicc: float, held_out: float | None = 0.1) -> Alternative:
    return Alternative(name=name, constants={"a": 0.3}, aicc=aicc, held_out=held_out, weight=0.5)


def test_a_law_that_is_clearly_better_is_named_with_its_evidence():
    found = other_law((law("power law", -50.0, 0.06), law("pow2", -51.0), law("MMF4", -58.3, -0.012)))
    assert found == (
        "another law fits better: MMF4, AICc lower by 8.3, which misses the largest size, held out, by -1.2% and the "
        "power law by +6.0%",
    )


def test_without_a_held_out_size_there_is_nothing_to_say_of_it():
    assert other_law((law("power law", -50.0), law("WBL4", -58.0, None))) == (
        "another law fits better: WBL4, AICc lower by 8.0",
    )


@pytest.mark.parametrize(("aicc", "flagged"), [(-53.9, False), (-54.0, True), (-46.0, False), (inf, False)])
def test_a_difference_of_four_is_asked_for(aicc, flagged):
    assert bool(other_law((law("power law", -50.0), law("MMF4", aicc)))) == flagged


@pytest.mark.parametrize("name", ["pow2", "constant"])
def test_a_power_law_without_floor_or_slope_is_no_other_law(name):
    assert other_law((law("power law", -50.0), law(name, -60.0), law("MMF4", -58.0))) == ()


def test_too_few_errors_for_any_criterion_say_nothing():
    assert other_law((law("power law", inf), law("MMF4", inf))) == ()
