import pytest

from netwright.selection.wording import both, samples, stated


def test_exact_measurements_have_no_interval(make):
    assert stated(make.measured("size", 1e6)) == "1 MB"
    assert stated(make.measured("accuracy", 0.853, 0.007)) == "0.853 (0.846 to 0.860)"


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(0.0101, 0.0102, ("10.1 ms", "10.2 ms")), (0.85312, 0.85313, ("0.85312", "0.85313"))]
)
def test_two_values_are_told_apart(one, other, expected):
    assert both(one, other, "s" if one < 0.1 else "ratio") == expected


def test_images_have_thousands():
    assert samples(1234567) == "1,234,567 training samples"
