import numpy as np
import pytest
from scipy import stats

from netwright.records.measurement import Conditions
from netwright.selection.pool import pool


def by_seed(make, quality, values, width=0.0):
    return {seed: make.measured(quality, value, width, seed) for seed, value in enumerate(values)}


def named(make, name):
    return next(quality for quality in make.qualities if quality.name == name)


def test_ratios_take_the_mean_and_positive_quantities_the_geometric_one(make):
    ratio = pool(named(make, "accuracy"), {"a": by_seed(make, "accuracy", [0.80, 0.82, 0.84], 0.01)}, "k")["a"]
    time = pool(named(make, "training_time"), {"a": by_seed(make, "training_time", [1.0, 10.0, 100.0])}, "k")["a"]
    assert ratio.measurement.value == pytest.approx(0.82)
    assert time.measurement.value == pytest.approx(10.0)
    assert time.measurement.low > 0


def test_exact_quantities_stay_exact_beside_varying_ones(make):
    found = {"mlp": by_seed(make, "size", [1e6] * 3), "forest": by_seed(make, "size", [3.0e6, 3.1e6, 3.2e6])}
    pooled = pool(named(make, "size"), found, "k")
    mlp, forest = pooled["mlp"].measurement, pooled["forest"].measurement
    assert mlp.low == mlp.value == mlp.high == 1e6
    assert np.ptp(pooled["mlp"].draws) == 0
    assert forest.low < forest.value < forest.high


def test_a_single_seed_is_exact_only_where_others_show_that_it_can_be(make):
    counted = {"mlp": by_seed(make, "size", [1e6] * 3), "one": by_seed(make, "size", [2e6])}
    timed = {"mlp": by_seed(make, "training_time", [9.0, 10.0, 11.0]), "one": by_seed(make, "training_time", [20.0])}
    size = pool(named(make, "size"), counted, "k")["one"].measurement
    time = pool(named(make, "training_time"), timed, "k")["one"].measurement
    assert size.low == size.high
    assert time.low < 20.0 < time.high
    assert "one seed" in time.notes[0]


def test_the_test_set_keeps_its_noise_however_many_seeds(make):
    quality = named(make, "accuracy")
    alternating = [0.80 + 0.01 * (-1) ** seed for seed in range(100)]
    wide = pool(quality, {"a": by_seed(make, "accuracy", alternating, 0.02)}, "k")["a"].measurement
    narrow = pool(quality, {"a": by_seed(make, "accuracy", alternating, 0.0)}, "k")["a"].measurement
    assert wide.high - wide.low == pytest.approx(0.04, rel=0.05)
    assert narrow.high - narrow.low == pytest.approx(2 * 1.645 * 0.01 / 10, rel=0.1)
    assert wide.n == 100


def test_interval_covers_the_truth_as_often_as_it_says(make):
    quality, random = named(make, "accuracy"), np.random.default_rng(1)
    hits = []
    for _ in range(60):
        truth = random.uniform(0.7, 0.9, 8)
        values = truth[:, None] + 0.01 * random.normal(size=(8, 3))
        found = {f"c{i}": by_seed(make, "accuracy", row.tolist()) for i, row in enumerate(values)}
        pooled = pool(quality, found, "k")
        hits += [p.measurement.low <= truth[int(name[1:])] <= p.measurement.high for name, p in pooled.items()]
    assert 0.86 <= np.mean(hits) <= 0.95


def test_draws_stay_in_the_range_of_the_quality_and_around_the_value(make):
    found = {"a": by_seed(make, "accuracy", [0.99, 1.0, 1.0], 0.005), "b": by_seed(make, "accuracy", [0.5, 0.9], 0.01)}
    for pooled in pool(named(make, "accuracy"), found, "k").values():
        assert pooled.draws.min() >= 0
        assert pooled.draws.max() <= 1
        assert pooled.measurement.low <= pooled.measurement.value <= pooled.measurement.high


def test_heavy_tails_do_not_overflow(make):
    found = {"a": by_seed(make, "training_time", [1e-3, 1e9])}  # one degree of freedom, in logarithms
    assert np.isfinite(pool(named(make, "training_time"), found, "k")["a"].draws).all()


def test_zeros_are_pooled_without_logarithms(make):
    found = {"a": by_seed(make, "training_time", [0.0, 1.0, 2.0])}
    pooled = pool(named(make, "training_time"), found, "k")["a"]
    assert pooled.measurement.value == pytest.approx(1.0)
    assert not pooled.logarithmic


def test_what_is_not_finite_counts_as_not_measured(make):
    nan = float("nan")
    found = {"a": by_seed(make, "accuracy", [nan, nan]), "b": by_seed(make, "accuracy", [0.8, nan, 0.82], 0.01)}
    pooled = pool(named(make, "accuracy"), found, "k")
    assert set(pooled) == {"b"}
    assert pooled["b"].measurement.n == 2


def test_neither_order_nor_company_changes_a_candidates_random_numbers(make):
    quality = named(make, "accuracy")
    a, b = by_seed(make, "accuracy", [0.80, 0.82, 0.81], 0.01), by_seed(make, "accuracy", [0.70, 0.72, 0.74], 0.01)
    one, two = pool(quality, {"a": a, "b": b}, "k"), pool(quality, {"b": b, "a": a}, "k")
    assert (one["a"].draws == two["a"].draws).all()
    assert one["a"].measurement == two["a"].measurement
    alone = pool(quality, {"a": a}, "k")["a"].draws
    # the spread is another one, the random numbers are the same
    assert stats.spearmanr(alone, one["a"].draws).statistic > 0.85


def test_a_seed_effect_makes_differences_surer_than_sums(make):
    effect = [0.0, 0.03, -0.03]
    wobble = [[0.001, -0.001, 0.0], [0.0, 0.001, -0.001], [-0.001, 0.0, 0.001]]
    found = {
        f"c{i}": by_seed(make, "accuracy", [0.8 + e + w for e, w in zip(effect, wobble[i % 3], strict=True)])
        for i in range(6)
    }
    pooled = pool(named(make, "accuracy"), found, "k")
    one, two = pooled["c0"].draws, pooled["c1"].draws
    assert np.quantile(abs(one - two), 0.9) < 0.7 * np.quantile(abs(one + two - 1.6), 0.9)


def test_the_record_names_all_hardware_and_drops_what_one_training_cannot_say(make):
    one = make.measured("training_time", 1.0).model_copy(update={"notes": ("one training: no spread", "slow disk")})
    two = make.measured("training_time", 2.0).model_copy(update={"conditions": Conditions(hardware="4 cores", seed=1)})
    record = pool(named(make, "training_time"), {"a": {0: one, 1: two}}, "k")["a"].measurement
    assert record.conditions.hardware == "2 cores; 4 cores"
    assert record.conditions.seed is None
    assert record.notes == ("geometric mean over the seeds, n = 2", "slow disk")
