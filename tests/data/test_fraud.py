import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from netwright.data import fraud
from netwright.data.fraud_behaviours import AGES, BEHAVIOURS, CHANNELS, COUNTRIES, MERCHANTS


@pytest.fixture(scope="module")
def payments():
    return fraud.draw_payments(60_000, np.random.default_rng(3))


@pytest.fixture(scope="module")
def dataset():
    return fraud.make(40_000, 20_000, seed=3)


def test_it_follows_from_the_seed():
    prints = [fraud.make(300, 100, seed).fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


def test_one_to_two_percent_are_fraud_and_more_later(payments):
    _, labels = payments
    assert 0.01 < labels.mean() < 0.02
    assert labels[-20_000:].mean() > labels[:20_000].mean()


def test_every_behaviour_weighs_every_word():
    for behaviour in BEHAVIOURS:
        for weights, words in (
            ("merchants", MERCHANTS),
            ("channels", CHANNELS),
            ("countries", COUNTRIES),
            ("ages", AGES),
        ):
            assert len(getattr(behaviour, weights)) == len(words)


def test_columns_are_drawn_from_their_distributions():
    # one behaviour only: the day's shopping
    random, behaviour = np.random.default_rng(0), BEHAVIOURS[0]
    stream = fraud._Stream(np.zeros(200_000, dtype=np.int64), random)
    amounts = stream.normal(lambda b: b.amount)
    assert (amounts.mean(), amounts.std()) == pytest.approx(behaviour.amount, abs=0.01)
    assert stream.count(lambda b: b.busy).mean() == pytest.approx(behaviour.busy, abs=0.01)
    merchants = stream.word(MERCHANTS, lambda b: b.merchants)
    assert np.mean(merchants == "groceries") == pytest.approx(0.48, abs=0.005)
    assert np.mean(stream.hour() < 6) == pytest.approx(behaviour.night, abs=0.005)


def test_what_a_terminal_does_not_tell_is_missing(payments):
    columns, _ = payments
    online = np.isin(columns["channel"], ["online", "phone"])
    assert np.array_equal(np.isnan(columns["ln km from home"]), online)
    assert set(columns["device"][~online]) == {""}
    assert set(columns["device"][online]) == {"known", "new"}


def test_the_models_do_not_see_the_groups(dataset):
    assert not [name for name in dataset.features if "age" in name.split() or "region" in name]
    assert dataset.groups("age")[0] == AGES
    assert set(dataset.groups("region")[0]) == set(fraud.REGIONS)


def precision(model, dataset, rows):
    model.fit(dataset.train_values[rows].numpy(), dataset.train_labels[rows].numpy())
    return average_precision_score(dataset.test_labels, model.predict_proba(dataset.test_values.numpy())[:, 1])


def test_models_differ_and_none_is_perfect(dataset):
    everything = slice(None)
    linear = precision(LogisticRegression(max_iter=500), dataset, everything)
    forest = precision(RandomForestClassifier(40, min_samples_leaf=2, random_state=0), dataset, everything)
    assert 0.3 < linear < forest - 0.08
    assert forest < 0.9


def test_fraud_changes_so_that_late_rows_are_worth_more(dataset):
    forests = [RandomForestClassifier(40, min_samples_leaf=2, random_state=0) for _ in range(2)]
    early, late = (
        precision(f, dataset, rows) for f, rows in zip(forests, (slice(12_000), slice(28_000, None)), strict=True)
    )
    assert late > early + 0.03
