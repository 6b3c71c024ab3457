"""Laws of growth answer from their draws."""

import pytest

from netwright.records.growth import Growth


def growth(*draws):
    return Growth(
        quality="training_time", unit="s", sizes=(50, 200), values=(1.5, 3.0), n0=100, t0=1, t1=1, p=1, draws=draws
    )


def test_each_draw_has_its_cost_and_the_median_is_the_prediction():
    law = growth(*((1.0, t, 1.0) for t in range(1, 22)))
    assert law.at(200) == [1 + 2 * t for t in range(1, 22)]
    assert law.predict(200) == (1 + 2 * 11, 1 + 2 * 2, 1 + 2 * 20)


def test_it_prints_measured_beside_fitted_and_survives_json():
    law = growth((1.0, 1.0, 1.0))
    assert law.table()[1] == [("50", "1.5 s", "1.5 s"), ("200", "3 s", "3 s")]
    assert Growth.from_json(law.to_json()) == law
    assert law.predict(400) == pytest.approx((5, 5, 5))
