"""A column of table IV on laws whose every figure is known."""

from math import inf

import numpy as np
import pytest

from netwright.records.errors import ExtrapolationError
from netwright.scaling.percent import Yardstick
from netwright.scaling.scalability import Known, requirements, scalability

from .closed_forms import N0, SIZES, growth, power_curve, verdict

# e = 0.1 + 0.1 (n/500)^-1/2; T = 2 + (n/500) seconds
CURVE, TIME = power_curve((0.1, 0.5, 0.1)), growth((2.0, 1.0, 1.0))
VERDICTS = (
    verdict("accuracy", ">=", 0.8, ">= 0.80"),
    verdict("training_time", "<=", 18.0, "<= 18 s", unit="s"),
    verdict("latency.p99", "<=", 0.01, "<= 10 ms", unit="s", probability=0.97, value=0.004),
)
KNOWN = Known("a", CURVE, (6.1, 6.0, 6.2), {"training_time": TIME}, VERDICTS, completed=15, trials=15)
YARDSTICK = Yardstick((SIZES[0], SIZES[-1]), CURVE, chance=0.1, target=0.2, gain=0.02)


def test_every_row_of_a_known_law():
    found = scalability(KNOWN, YARDSTICK)
    assert found.timing == pytest.approx((6, 6, 6))
    assert found.accuracy == pytest.approx((0.85, 0.85, 0.85))
    assert (found.target, found.gain) == (0.2, 0.02)
    assert found.suitable == pytest.approx(500)
    assert (found.feasible.low, found.feasible.high) == pytest.approx((500, 8000), rel=1e-6)
    assert found.feasible.binding == "training_time <= 18 s"
    # one more doubling gains 0.1 (1 - 2^-1/2) (n/500)^-1/2
    saturated = N0 * (0.1 * (1 - 2**-0.5) / 0.02) ** 2
    assert found.saturation == pytest.approx((saturated,) * 3, rel=1e-6)
    assert (found.optimal.low, found.optimal.high) == pytest.approx((500, saturated), rel=1e-6)
    assert (found.optimal.binding, found.optimal.extrapolated) == ("saturation", False)
    mean = 0.1 + 0.1 * (0.25**-0.5 - 4**-0.5) / 0.5 / np.log(16)
    assert found.percent[0] == pytest.approx(100 * (1 - mean - 0.1) / 0.75)
    assert found.error_elasticity[0] == pytest.approx(-0.5 * (1 - 0.1 / 0.15), abs=1e-6)
    assert found.accuracy_elasticity[0] == pytest.approx(0.5 * 0.05 / 0.85, abs=1e-6)
    assert found.cost_elasticity[0] == pytest.approx(4 / 6, abs=1e-6)
    assert (found.why_empty, found.why_not_optimal) == ("", "")


def test_without_a_law_of_time_the_measured_one_stands():
    found = scalability(Known("a", CURVE, (6.1, 6.0, 6.2), verdicts=VERDICTS), YARDSTICK)
    assert found.timing == (6.1, 6.0, 6.2)
    assert found.cost_elasticity is None
    # the constraint on time keeps its verdict at every size
    assert found.feasible.high == inf


def test_an_infeasible_candidate_says_why():
    late = verdict("latency.p99", "<=", 0.01, "<= 10 ms", unit="s", probability=0.02, value=0.012, slack=-0.002)
    found = scalability(Known("a", CURVE, (6.1, 6.0, 6.2), verdicts=(*VERDICTS[:2], late)), YARDSTICK)
    assert (found.feasible, found.optimal) == (None, None)
    assert found.why_empty.startswith("latency.p99 <= 10 ms: 12 ms, 2 ms short, holds with probability 0.02")
    assert found.why_not_optimal == "no size is feasible"


def test_laws_replace_verdicts_of_what_grows():
    laws = {each.verdict.quality: each.law is not None for each in requirements(KNOWN)}
    assert laws == {"accuracy": True, "training_time": True, "latency.p99": False}


def test_a_study_far_beyond_what_was_measured_is_refused():
    small = power_curve((0.1, 0.5, 0.1), sizes=(50, 100, 200))
    with pytest.raises(ExtrapolationError, match="measured up to n = 200"):
        scalability(Known("a", small, (1.0, 1.0, 1.0)), YARDSTICK)
