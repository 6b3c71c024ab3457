import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.records.units import UNITS
from netwright.report.figures import (
    NOT_MEASURED,
    count_text,
    duration_text,
    interval_text,
    limit_text,
    measured_text,
    rate_of,
    samples_between,
    samples_text,
    share_text,
    signed_share,
    value_text,
)


@given(st.sampled_from(sorted(UNITS)), st.floats(1e-9, 1e12), st.floats(1e-9, 1e12))
def test_an_interval_names_both_ends(unit, low, high):
    text = interval_text(low, high, unit)
    if low == high:
        assert text == "exact"
    else:
        assert "–" in text
        assert text.endswith(value_text(high, unit).partition(" ")[2])


@given(st.floats(0, 1))
def test_only_certainty_is_written_as_certain(probability):
    assert (share_text(probability) == "100%") == (probability == 1)
    assert (share_text(probability) == "0%") == (probability == 0)


def test_an_interval_with_an_unknown_end_is_left_out():
    assert interval_text(float("nan"), 1.0, "s") == ""


def test_a_measurement_says_its_interval(study):
    measured = study.decision.assessment("resnet-small").measured("latency.p99")
    assert measured_text(measured) == "4.2 ms (3.78–4.62 ms)"
    assert measured_text(measured.model_copy(update={"value": float("nan")})) == NOT_MEASURED


@pytest.mark.parametrize(("seconds", "text"), [(90.0, "1.5 min"), (float("inf"), "unknown")])
def test_durations(seconds, text):
    assert duration_text(seconds) == text


def test_small_ratios_keep_their_digits():
    assert value_text(0.000412, "ratio") == "0.000412"


def test_counts_and_limits():
    assert (count_text(0, "trial"), limit_text(">= 0.8")) == ("0 trials", "≥ 0.8")


def test_large_numbers_are_grouped():
    assert (value_text(6.34e6, "1/s"), interval_text(11800, 41000, "1/s")) == ("6,340,000 /s", "11,800–41,000 /s")


def test_close_ends_have_the_digits_that_part_them():
    assert interval_text(0.33712, 0.33714, "s") == "337.12–337.14 ms"


@given(st.floats(-5, 5))
def test_a_relative_change_has_its_sign_or_is_none(change):
    text = signed_share(change)
    assert text.endswith("%")
    assert text == "0%" or text.startswith("+" if change > 0 else "−")


def test_sizes_that_are_not_known_or_not_in_reach_are_words():
    assert (samples_text(float("nan")), samples_text(float("inf"))) == ("unknown", "not in reach")
    assert samples_between(75, 96400) == "75–96,400"


@pytest.mark.parametrize(
    ("gained", "unit", "amount", "text"),
    [(0.2, "ratio", 0.01, "0.01"), (2.5e6, "B", 1e6, "1 MB"), (12.0, "count", 1.0, "1"), (40.0, "1/s", 1.0, "1 /s")],
)
def test_a_price_is_stated_for_an_amount_that_people_read(gained, unit, amount, text):
    assert rate_of(gained, unit) == (amount, text)
