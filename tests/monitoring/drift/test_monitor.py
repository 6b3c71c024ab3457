"""The drift monitor: silent where nothing drifts, quick where something does, the same for all batches."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from netwright.monitoring.drift.monitor import DriftMonitor
from netwright.monitoring.drift.track import PREDICTED
from netwright.monitoring.summaries.catalog import summary_for
from netwright.records.errors import InputError

ROWS = 1203


def fed(monitor, numbers, predicted, batch=1000):
    alarms = []
    for start in range(0, len(numbers), batch):
        alarms += monitor.observe(numbers[start : start + batch], predicted[start : start + batch])
    return alarms


@pytest.fixture
def monitor(reference):
    return DriftMonitor(reference)


@pytest.fixture(scope="module")
def drifting(draw):
    numbers, predicted = draw(ROWS, seed=2)
    numbers[500:, 1] += 0.8
    numbers[900:, 2] = np.nan
    return numbers, predicted


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, ROWS), max_size=12))
def test_the_batches_do_not_matter(reference, drifting, cuts):
    whole, parts = DriftMonitor(reference, seed=3), DriftMonitor(reference, seed=3)
    alarms, told = whole.observe(*drifting), []
    bounds = [0, *sorted(cuts), ROWS]
    for start, end in pairwise(bounds):
        told += parts.observe(drifting[0][start:end], drifting[1][start:end])
    assert told == alarms
    assert parts.save() == whole.save()


@pytest.mark.parametrize("batch", [1, 100, 10_000])
def test_ten_thousand_rows_end_alike(reference, draw, batch):
    numbers, predicted = draw(10_000, seed=4)
    monitor, whole = DriftMonitor(reference), DriftMonitor(reference)
    assert fed(monitor, numbers, predicted, batch) == whole.observe(numbers, predicted) == []
    assert monitor.state() == whole.state()
    assert monitor.save() == whole.save()


@pytest.mark.parametrize(("shift", "rows"), [(0.5, 350), (1.0, 100), (3.0, 24)])
def test_a_shift_is_noticed_soon(monitor, draw, shift, rows):
    assert fed(monitor, *draw(4000, seed=5)) == []
    numbers, predicted = draw(1000, seed=6)
    numbers[:, 1] += shift
    (alarm,) = fed(monitor, numbers, predicted)
    assert alarm.feature == "x1"
    assert 4000 < alarm.row <= 4000 + rows
    assert abs(alarm.since - 4000) <= rows
    assert alarm.e_value > 400
    assert any(effect.matters for effect in alarm.effects)
    assert f"since about row {alarm.since}" in alarm.message


DRIFTS = {
    "wider": lambda column, rng: column * 2,
    "narrower": lambda column, rng: column * 0.5,
    "missing": lambda column, rng: np.where(rng.random(len(column)) < 0.15, np.nan, column),
    "stuck": lambda column, rng: np.where(rng.random(len(column)) < 0.3, 0.1, column),
    "two heaps": lambda column, rng: np.sign(column) * (0.7 + 0.1 * np.abs(column)),
    "outliers": lambda column, rng: np.where(rng.random(len(column)) < 0.15, 1e30, column),
    "constant": lambda column, rng: np.zeros(len(column)),
}


@pytest.mark.parametrize("name", DRIFTS)
def test_every_kind_of_drift_is_noticed(monitor, draw, name):
    calm = draw(1600, seed=7)
    numbers, predicted = draw(800, seed=8)
    numbers[:, 0] = DRIFTS[name](numbers[:, 0], np.random.default_rng(9))
    assert fed(monitor, *calm) == []
    assert [alarm.feature for alarm in fed(monitor, numbers, predicted)] == ["x0"]


def test_a_class_that_becomes_frequent_is_noticed(monitor, draw):
    numbers, predicted = draw(1000, seed=10)
    predicted[400:][np.random.default_rng(0).random(600) < 0.4] = 2
    (alarm,) = fed(monitor, numbers, predicted)
    assert (alarm.feature, alarm.group) == (PREDICTED, "prediction")
    assert monitor.state().drifted == (PREDICTED,)


def test_what_is_evident_but_small_does_not_ring(make_reference, draw):
    monitor = DriftMonitor(make_reference(*draw(8000, seed=20)))
    numbers, predicted = draw(14_000, seed=11)
    numbers[6000:, 2] += 0.13
    assert fed(monitor, numbers, predicted) == []
    found = monitor.state().features[2]
    assert found.discovered is not None
    assert found.discovered > 6000
    assert abs(found.since - 6000) < 1000
    assert found.alarm is None
    assert "evident, but small" in str(monitor.state())


def test_each_feature_rings_once(monitor, drifting):
    alarms = fed(monitor, *drifting) + fed(monitor, *drifting)
    assert sorted(alarm.feature for alarm in alarms) == ["x1", "x2"]


def test_few_rows_do_not_ring(reference, draw):
    for seed in range(20):
        monitor = DriftMonitor(reference, seed)
        numbers, predicted = draw(16, seed=100 + seed)
        assert fed(monitor, numbers, predicted, 1) == []
        assert monitor.state().rows == 16


def test_shuffled_digits_are_calm(make_reference):
    digits = load_digits()
    images = ((digits.images / 16 - 0.5) / 0.25).astype(np.float32)[:, None]
    numbers = summary_for("image").numbers(images)
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(numbers))
        kinds = digits.target % 4
        reference = make_reference(numbers[order[:600]], kinds[order[:600]])
        monitor = DriftMonitor(reference, seed)
        assert fed(monitor, numbers[order[600:]], kinds[order[600:]], 100) == []
        assert fed(monitor, numbers[order[:200]] * 0.5, kinds[order[:200]]) != []


def test_a_stopped_monitor_goes_on_as_if_it_had_not(reference, drifting):
    numbers, predicted = drifting
    whole = DriftMonitor(reference, seed=5)
    whole.observe(numbers, predicted)
    monitor, alarms = DriftMonitor(reference, seed=5), []
    for start in range(0, ROWS, 333):
        alarms += monitor.observe(numbers[start : start + 333], predicted[start : start + 333])
        monitor = DriftMonitor.load(monitor.save(), reference)
    assert monitor.save() == whole.save()
    assert monitor.state() == whole.state()
    assert sorted(alarm.feature for alarm in alarms) == ["x1", "x2"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, 1e39, 0.0])
def test_hostile_values_ring_and_break_nothing(monitor, draw, value):
    predicted = draw(400, seed=12)[1]
    alarms = fed(monitor, np.full((400, 3), value), predicted)
    assert {"x0", "x1", "x2"} <= {alarm.feature for alarm in alarms}
    assert monitor.state() == type(monitor.state()).from_json(monitor.state().to_json())


def test_classes_that_are_none_are_one_more(monitor, draw):
    numbers, _ = draw(400, seed=13)
    (alarm,) = fed(monitor, numbers, np.tile([-1, 4, 999, -(2**40)], 100))
    assert alarm.feature == PREDICTED


def test_a_feature_that_never_changes_is_calm(make_reference, draw):
    numbers, predicted = draw(500, seed=14)
    numbers[:, 0], numbers[:, 1] = 3.0, np.nan
    monitor = DriftMonitor(make_reference(numbers[:300], predicted[:300]))
    assert fed(monitor, numbers[300:], predicted[300:]) == []
    later = numbers[300:].copy()
    later[:, 0], later[:, 1] = 3.001, 0.0
    assert [alarm.feature for alarm in fed(monitor, later, predicted[300:])] == ["x0", "x1"]


def test_nothing_is_nothing(monitor):
    assert monitor.observe(np.empty((0, 3), np.float32), np.empty(0, np.int64)) == []
    assert monitor.state().rows == 0
    assert monitor.state().features[0].effects == ()


def test_without_features_the_classes_are_watched(make_reference, draw):
    _, predicted = draw(500, seed=15)
    monitor = DriftMonitor(make_reference(np.empty((500, 0), np.float32), predicted))
    (alarm,) = monitor.observe(np.empty((200, 0), np.float32), np.zeros(200, np.int64))
    assert alarm.feature == PREDICTED


def test_a_reference_without_centres_tells_other_effects(reference, draw):
    features = tuple(one.model_copy(update={"centres": ()}) for one in reference.features)
    monitor = DriftMonitor(reference.model_copy(update={"features": features}))
    monitor.observe(*draw(100, seed=16))
    assert [effect.name for effect in monitor.state().features[0].effects] == ["PSI", "KS"]


@pytest.mark.parametrize("shape", [(5, 2), (5,), (5, 3, 1)])
def test_other_features_are_refused(monitor, shape):
    with pytest.raises(InputError, match="the reference has 3 features"):
        monitor.observe(np.zeros(shape, np.float32), np.zeros(5, np.int64))


def test_a_prediction_for_each_row_is_asked_for(monitor):
    with pytest.raises(InputError, match="one for each row"):
        monitor.observe(np.zeros((5, 3), np.float32), np.zeros(4, np.int64))
