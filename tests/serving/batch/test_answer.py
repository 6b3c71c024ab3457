import numpy as np
import pytest

from netwright.serving.batch.answer import answer
from netwright.serving.batch.sample import Sample
from netwright.serving.batch.stack import through
from netwright.serving.engine import Answers
from netwright.serving.protocol.softmax import softmax

from .conftest import ROWS, TEXTS


def row(name, age=40.0, pay=0.0, city=b"Oslo", fault=""):
    return Sample(name, name, {} if fault else {"age": age, "pay": pay, "city": city}, fault)


def test_good_samples_go_to_the_model_together_whatever_stands_between_them(engine):
    samples = [row("a"), row("b", fault="torn"), row("c", age=float("nan")), row("d", pay=float("nan"))]
    told = answer(samples, through(ROWS), engine)
    assert engine.batches == [2]
    assert [bool(one.fault) for one in told] == [False, True, True, False]
    assert told[1].fault == "torn"
    assert told[2].fault.startswith("'age' is nan; give a number")
    alone = engine.answer(through(ROWS)([samples[0], samples[3]])).logits
    np.testing.assert_array_equal(np.stack([told[0].probabilities, told[3].probabilities]), softmax(alone))


def test_a_batch_without_a_good_sample_does_not_reach_the_model(engine):
    told = answer([row("a", fault="x"), row("b", age=float("inf"))], through(ROWS), engine)
    assert engine.batches == []
    assert all(one.fault for one in told)


@pytest.mark.parametrize(
    ("text", "told"), [(b"123456789", "the text has 9 bytes"), (b"a\0b", "zero"), (b"\xff", "UTF-8")]
)
def test_the_form_says_what_is_wrong_with_each(text, told, engine):
    answers = answer([Sample("a", "", {"text": b"fine"}), Sample("b", "", {"text": text})], through(TEXTS), engine)
    assert not answers[0].fault
    assert told in answers[1].fault


def test_an_answer_that_is_no_number_is_no_prediction():
    class Broken:
        name = "onnx"

        def answer(self, inputs):
            return Answers(np.array([[0.0, 1.0], [np.nan, 0.0], [np.inf, 0.0]], np.float32))

    told = answer([row("a"), row("b"), row("c")], through(ROWS), Broken())
    assert [one.fault for one in told] == ["", *["the model's answer to it is no finite number"] * 2]
