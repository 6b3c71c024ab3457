import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import nn

from netwright.records.candidate import Recipe
from netwright.records.errors import InputError
from netwright.training.epochs import train_epochs
from netwright.training.slope import SlopeRule, accuracy_line, judge_slope

accuracies = st.lists(st.floats(0, 1), min_size=3, max_size=12)


@given(accuracies)
def test_the_line_is_that_of_least_squares(values):
    line = accuracy_line(values, samples=10**12)
    fitted = stats.linregress(range(len(values)), values)
    last = fitted.intercept + fitted.slope * (len(values) - 1)
    assert (line.slope, line.level) == pytest.approx((fitted.slope, last), abs=1e-9)
    assert line.slope_high - line.slope == pytest.approx(line.slope - line.slope_low, abs=1e-12)


@given(st.lists(st.floats(0.1, 0.9), min_size=4, max_size=10, unique=True))
def test_intervals_are_students_where_the_residuals_decide(values):
    line = accuracy_line(values, samples=10**12)
    p = len(values)
    fitted = stats.linregress(range(p), values)
    if fitted.stderr < 1e-5:
        return
    quantile = stats.t.ppf(0.95, p - 2)
    assert line.slope_high - line.slope == pytest.approx(quantile * fitted.stderr, rel=1e-6)
    # the standard error of the fit at the last x, from the covariance of slope and intercept
    x = np.arange(p) - (p - 1) / 2
    at_last = fitted.stderr * np.sqrt((x**2).sum() / p + x[-1] ** 2)
    assert line.level_high - line.level == pytest.approx(quantile * at_last, rel=1e-6)


def test_a_line_that_fits_by_chance_keeps_the_noise_of_its_samples():
    line = accuracy_line([0.5, 0.5, 0.5, 0.5], samples=400)
    error = (0.25 / 400 / 5) ** 0.5
    assert line.slope_high == pytest.approx(stats.t.ppf(0.95, 2) * error)


def test_the_slope_of_noisy_lines_is_covered_as_often_as_promised():
    random, hits = np.random.default_rng(0), 0
    for _ in range(2000):
        values = 0.5 + 0.02 * np.arange(5) + random.normal(0, 0.03, 5)
        line = accuracy_line(values.tolist(), samples=10**9)
        hits += line.slope_low <= 0.02 <= line.slope_high
    assert 0.88 < hits / 2000 < 0.92


def test_two_epochs_have_no_slope():
    with pytest.raises(InputError, match="accuracies of 2 epochs"):
        accuracy_line([0.1, 0.2], 100)


def curve(final, speed, epochs=40):
    """An accuracy that approaches `final` exponentially."""
    return [final - (final - 0.1) * np.exp(-speed * epoch) for epoch in range(epochs)]


def judged(values, planned, wanted, patience=4, samples=5000):
    """The first verdict and the epoch it falls at, as a training would ask."""
    rule = SlopeRule(wanted, patience, samples)
    for epoch in range(len(values) + 1):
        verdict = judge_slope(values[:epoch], planned, rule)
        if verdict is not None:
            return verdict.kind, epoch
    return None, len(values)


@pytest.mark.parametrize("speed", [0.1, 0.3, 1.0])
def test_a_curve_that_gets_there_is_never_given_up(speed):
    values = curve(0.9, speed)
    assert judged(values, 40, wanted=values[-1] - 1e-3)[0] in {"reached", None}


def test_a_saturated_curve_below_the_wanted_accuracy_is_given_up_early():
    kind, epoch = judged(curve(0.7, 0.5), 40, wanted=0.9)
    assert kind == "out of reach"
    assert 4 <= epoch < 20


def test_a_reached_accuracy_ends_the_training_soon_after():
    values = curve(0.9, 0.5)
    crossed = next(epoch for epoch, value in enumerate(values, 1) if value >= 0.8)
    kind, epoch = judged(values, 40, wanted=0.8)
    assert kind == "reached"
    assert crossed <= epoch <= crossed + 4


def test_above_the_wanted_accuracy_only_a_steep_uncertain_line_goes_on():
    rule = SlopeRule(wanted=0.8, patience=4, samples=200)
    # rising for sure, and the level could still be below
    assert judge_slope([0.50, 0.61, 0.70, 0.805], 20, rule) is None
    # flat
    assert judge_slope([0.80, 0.81, 0.80, 0.81], 20, rule).kind == "reached"
    # rising, but surely above
    assert judge_slope([0.93, 0.94, 0.95, 0.96], 20, SlopeRule(0.8, 4, 200)).kind == "reached"


def test_the_optimistic_end_counts_the_epochs_left_and_the_best_so_far():
    values = [0.60, 0.62, 0.61, 0.63]
    assert judge_slope(values, 5, SlopeRule(0.85, 4, 2000)).kind == "out of reach"
    assert judge_slope(values, 30, SlopeRule(0.85, 4, 2000)) is None
    assert judge_slope([0.9, *values], 6, SlopeRule(0.85, 4, 2000)) is None


@pytest.mark.parametrize("patience", [2, 3])
def test_there_is_no_verdict_before_three_epochs_nor_after_the_last(patience):
    rule = SlopeRule(0.5, patience, 1000)
    assert judge_slope([0.9, 0.9], 10, rule) is None
    assert judge_slope([0.9, 0.9, 0.9], 10, rule).kind == "reached"
    assert judge_slope([0.9, 0.9, 0.9], 3, rule) is None


def linear():
    # it cannot tell these classes well
    return nn.Linear(6, 3)


def curved():
    return nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 3))


def learn(make, rule, checkpoint=None, epochs=30):
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(400, 6, generator=generator)
    labels = (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long()
    torch.manual_seed(0)
    recipe = Recipe(epochs=epochs, batch_size=20, lr=0.02, schedule="constant")
    return list(train_epochs(make(), (inputs, labels), (inputs, labels), recipe, 0, checkpoint, rule))


def test_a_real_training_ends_when_the_wanted_accuracy_is_reached():
    rule = SlopeRule(wanted=0.85, patience=4, samples=400)
    epochs = learn(curved, rule)
    assert 4 <= len(epochs) < 30
    assert rule(epochs, 30).startswith("reached: 0.")
    assert rule(epochs[:-1], 30) == ""


def test_a_real_training_ends_when_the_wanted_accuracy_is_out_of_reach():
    rule = SlopeRule(wanted=0.999, patience=6, samples=400)
    epochs = learn(linear, rule)
    assert 6 <= len(epochs) < 30
    assert rule(epochs, 30).startswith("out of reach: at most 0.")


def test_an_ended_training_stays_ended_when_it_is_started_again(tmp_path):
    rule = SlopeRule(wanted=0.85, patience=4, samples=400)
    first = learn(curved, rule, tmp_path / "checkpoint.pt")
    assert len(first) < 30
    assert learn(curved, rule, tmp_path / "checkpoint.pt") == first
