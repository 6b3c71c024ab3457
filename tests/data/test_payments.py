import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from netwright.data import payments
from netwright.data.fraud_behaviours import AGES, BEHAVIOURS
from netwright.data.payments_stream import EPISODES, START, draw_cards
from netwright.data.payments_view import VIEW


@pytest.fixture(scope="module")
def stream():
    return payments.history(60_000, 3_200, seed=3)


@pytest.fixture(scope="module")
def dataset():
    return payments.make(8_000, 40_000, 12_000, 3_200, seed=3)


def test_it_follows_from_the_seed():
    prints = [payments.make(50, 300, 100, 30, seed).fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


def test_payments_come_in_the_order_of_time_with_every_column_of_the_view(stream):
    columns, labels = stream
    assert (np.diff(columns["time"]) >= 0).all()
    assert columns["time"][0] >= START
    assert {VIEW.entity, VIEW.time, *(column.name for column in VIEW.columns)} == set(columns) - {"age", "region"}
    assert {len(values) for values in columns.values()} == {len(labels)} == {60_000}
    assert (columns["amount"] > 0).all()


def test_one_to_two_percent_are_fraud(stream):
    _, labels = stream
    assert 0.01 < labels.mean() < 0.02


def test_every_behaviour_has_its_episodes():
    assert len(EPISODES) == len(BEHAVIOURS)


def test_a_card_has_one_owner(stream):
    columns, _ = stream
    for group in ("age", "region"):
        owners = set(zip(columns["card"].tolist(), columns[group].tolist(), strict=True))
        assert len(owners) == len(set(columns["card"].tolist()))


def test_cards_are_of_every_age():
    cards = draw_cards(20_000, np.random.default_rng(0))
    assert np.bincount(cards.age) / 20_000 == pytest.approx([0.12, 0.20, 0.28, 0.23, 0.17], abs=0.01)
    assert cards.activity.mean() == pytest.approx(1.0, abs=0.02)


def test_frauds_come_in_bursts_which_the_features_of_the_past_see(dataset):
    values, fraud = dataset.train_values, dataset.train_labels == 1
    busy = values[:, dataset.features.index("payments in 1 h")]
    assert busy[fraud].mean() > busy[~fraud].mean() + 1.0


def test_the_past_is_computed_and_not_drawn():
    raw, _ = payments.history(1_000, 40, seed=4)
    whole = payments.make(400, 500, 100, 40, seed=4)
    # the last training row, by hand: row 899 of the stream
    card, time = raw["card"][899], raw["time"][899]
    mine = (raw["card"] == card) & (raw["time"] < time) & (raw["time"] >= time - 86_400)
    column = next(column for column in whole.encoding.columns if column.name == "payments in 24 h")
    encoded = whole.train_values[499, whole.features.index("payments in 24 h")].item()
    assert encoded * column.spread + column.mean == pytest.approx(mine.sum(), abs=1e-5)


def test_the_models_do_not_see_the_groups(dataset):
    assert not [name for name in dataset.features if "age" in name.split() or "region" in name]
    assert dataset.groups("age")[0] == AGES
    assert any(note.startswith("SYNTHETIC") for note in dataset.notes)


def precision(model, dataset):
    model.fit(dataset.train_values.numpy(), dataset.train_labels.numpy())
    return average_precision_score(dataset.test_labels, model.predict_proba(dataset.test_values.numpy())[:, 1])


def test_models_differ_and_none_is_perfect(dataset):
    linear = precision(LogisticRegression(max_iter=500), dataset)
    forest = precision(RandomForestClassifier(40, min_samples_leaf=2, random_state=0), dataset)
    assert 0.3 < linear < forest - 0.08
    assert forest < 0.9
