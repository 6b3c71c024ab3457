import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.report.charts.axis import axis_of
from netwright.report.charts.channels import images_channel, value_channel


@given(st.floats(1e-3, 1e3), st.floats(1.5, 1e6))
def test_a_logarithmic_axis_has_marks_however_short_it_is(low, ratio):
    axis = axis_of("Title", "count", [low, low * ratio])
    values = value_channel(alt.X, "x", axis).to_dict()["axis"]["values"]
    assert len(values) >= 2
    assert all(axis.domain[0] <= value <= axis.domain[1] for value in values)


@pytest.mark.parametrize(("far", "marks"), [(800, [50, 100, 200, 400, 800]), (210, [50, 100, 200])])
def test_images_are_marked_at_sizes_and_at_doublings_beyond(far, marks):
    channel = images_channel([50, 100, 200], far).to_dict()
    assert channel["axis"]["values"] == marks
    assert channel["scale"]["type"] == "log"
