import pytest

from netwright.report.charts.gains import gain_panels
from netwright.report.charts.theme import spec_of


def test_a_panel_a_pair_with_shared_axes_that_hold_zero(complete_study):
    panels = gain_panels(complete_study.decision, complete_study.factors.gains)
    assert [(p.change, p.with_change, p.without) for p in panels] == [
        ("augment", "resnet-small", "alexnet-small"), ("weights", "googlenet-small", "mlp"),
    ]  # fmt: skip
    domains = [spec_of(panel.chart)["layer"][0]["encoding"]["y"]["scale"]["domain"] for panel in panels]
    assert domains[0] == domains[1]
    assert domains[0][0] < 0 < domains[0][1]


def test_an_interval_that_is_not_known_is_no_longer_than_its_point(complete_study):
    gain = complete_study.factors.gains[0].model_copy(update={"low": float("nan"), "high": float("nan")})
    (panel,) = gain_panels(complete_study.decision, [gain])
    (row,) = [r for data in spec_of(panel.chart)["datasets"].values() for r in data if "low" in r]
    assert row["low"] == row["high"] == row["value"] == pytest.approx(0.05)


def test_gains_that_are_nan_are_left_out(complete_study):
    gain = complete_study.factors.gains[0].model_copy(update={"value": float("nan")})
    assert gain_panels(complete_study.decision, [gain]) == []
