import math

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from netwright.serving.engine import Answers
from netwright.serving.telemetry.events import EventMaker, predictions


def test_one_sample_makes_one_event(given):
    (event,) = given.maker.events([given.served("r1")])
    assert (event.id, event.model, event.version, event.route, event.status) == ("r1", "mlp", "v1", "main", 200)
    assert (event.time, event.latency, event.predicted) == (100.0, 0.002, 1)
    assert event.confidence == pytest.approx(1 / (1 + math.exp(-2)))
    assert np.frombuffer(event.features, "<f4").tolist() == [0.5, 2.0]
    assert event.sample == b""


def test_samples_of_one_request_are_numbered(given):
    events = given.maker.events([given.served("r", logits=[(1.0, 0.0), (0.0, 1.0)])])
    assert [(event.id, event.predicted) for event in events] == [("r/0", 0), ("r/1", 1)]


def test_a_refused_request_makes_one_event_without_an_answer(given):
    (event,) = given.maker.events([given.served("r", status=429)])
    assert (event.status, event.predicted, event.features) == (429, -1, b"")
    assert math.isnan(event.confidence)


def test_requests_are_watched_together_and_keep_their_order(given):
    calls = []

    def watch(inputs, answers):
        calls.append(len(inputs))
        return given.watch(inputs, answers)

    requests = [
        given.served(f"r{i}", logits=[(0.0, float(i))] * n, inputs=np.full((n, 2 + i % 2), i, np.float32))
        for i in range(12)
        for n in [1 + i % 3]
    ]
    requests.insert(3, given.served("refused", status=504))
    events = EventMaker(watch, given.keep, 0.0).events(requests)
    alone = [event for one in requests for event in given.maker.events([one])]
    # as text, in which NaN equals NaN
    assert list(map(repr, events)) == list(map(repr, alone))
    assert len(calls) == 2


def test_a_shadow_is_not_watched_twice(given):
    (event,) = given.maker.events([given.served("r", route="shadow")])
    assert event.features == b""
    assert event.predicted == 1


@pytest.mark.parametrize("error", [ValueError, KeyError, MemoryError, TypeError])
def test_a_sample_that_cannot_be_watched_costs_its_own_numbers_only(given, caplog, error):
    def watch(inputs, answers):
        if (inputs == 13).any():
            raise error("a picture of no size")
        return given.watch(inputs, answers)

    bad = np.full((1, 3), 13, np.float32)
    requests = [given.served("a"), given.served("b", inputs=bad), given.served("c"), given.served("d", inputs=bad)]
    events = EventMaker(watch, given.keep, 0.0).events(requests)
    assert [bool(event.features) for event in events] == [True, False, True, False]
    assert [event.predicted for event in events] == [1] * 4
    # told once, with its trace
    assert [record.exc_info is not None for record in caplog.records] == [True]


def test_a_sample_that_cannot_be_kept_is_recorded_without(given, caplog):
    def keep(tensors, index):
        raise KeyError("x")

    (event,) = EventMaker(given.watch, keep, 1.0).events([given.served(tensors={})])
    assert event.sample == b""
    assert event.features
    assert "a sample could not be kept" in caplog.text


def test_watched_numbers_of_another_length_are_not_believed(given, caplog):
    maker = EventMaker(lambda inputs, answers: np.zeros((3, 2)), given.keep, 0.0)
    assert maker.events([given.served()])[0].features == b""
    assert "3 rows of watched numbers for 1 samples" in caplog.text


def test_the_same_share_of_samples_is_kept_by_everybody(given):
    tensors = {"x": np.array([[1, 2]], np.uint8)}
    requests = [given.served(f"r{i}", tensors=tensors) for i in range(1000)]
    kept, again = ([e.id for e in EventMaker(given.watch, given.keep, 0.1).events(requests) if e.sample] for _ in "ab")
    assert kept == again
    assert 70 < len(kept) < 130
    everything = EventMaker(given.watch, given.keep, 1.0)
    assert {event.sample for event in everything.events(requests)} == {b"\x01\x02"}
    (shadow,) = everything.events([given.served("r", route="shadow", tensors=tensors)])
    assert shadow.sample == b""


@drawn(rows=st.lists(st.lists(st.floats(-50, 50, width=32), min_size=3, max_size=3), min_size=1, max_size=5))
def test_predictions_are_those_of_a_softmax(rows):
    predicted, confidence = predictions(np.array(rows, np.float32))
    for row, index, share in zip(rows, predicted, confidence, strict=True):
        exponentials = [math.exp(x - max(row)) for x in row]
        assert row[index] == max(row)
        assert share == pytest.approx(max(exponentials) / sum(exponentials), abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_logits_that_are_no_numbers_predict_nothing(bad):
    predicted, confidence = predictions(np.array([[bad, 1.0], [0.0, 1.0]], np.float32))
    assert predicted == [-1, 1]
    assert math.isnan(confidence[0])


def test_embeddings_go_along(given):
    seen = []

    def watch(inputs, answers):
        seen.append(answers.embedding.shape)
        return np.zeros((len(inputs), 1))

    one = given.served()
    one = one._replace(answers=Answers(one.answers.logits, np.zeros((1, 7), np.float32)))
    EventMaker(watch, given.keep, 0.0).events([one, one])
    assert seen == [(2, 7)]
