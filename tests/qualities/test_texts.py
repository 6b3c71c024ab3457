"""What every instrument does with a model of texts, whose inputs are bytes."""

from importlib import import_module
from math import isfinite

import pytest
import torch
from torch import Tensor

from netwright.models.text.classifier import TextClassifier
from netwright.models.text.tfidf_regression import tfidf_regression
from netwright.qualities.activations import count_activations
from netwright.qualities.backends import Effort, run_backends
from netwright.qualities.catalog import INSTRUMENTS, find_quality
from netwright.qualities.complexity import predict_complexity
from netwright.qualities.evidence import Evidence, TrainingCost
from netwright.qualities.flops import count_flops
from netwright.qualities.rehearsal import rehearse
from netwright.records.candidate import Candidate, Recipe
from netwright.records.measurement import Measurement, NotMeasured

OF_A_MODEL = [one for one in INSTRUMENTS if one.moment != "study"]
LAYERS, WIDTH, NEURONS, MOST, LENGTH = 2, 16, 24, 10, 64
NEEDS_MORE = {
    "accuracy.top3", "accuracy.top5", "fairness.accuracy_gap", "fairness.positive_rate_gap", "interpretability.rules",
}  # fmt: skip
"""More than three classes, groups, or trees."""
OF_VIDEOS = {"latency.frame.p50", "latency.frame.p99", "latency.stream.p50", "latency.stream.p99", "stream.state"}
NOT_FOR_TEXTS = {"robustness.corruptions", "robustness.fgsm", "robustness.pgd", "interpretability.features", *OF_VIDEOS}


def text_classifier() -> TextClassifier:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    numbers = {word: number for number, word in enumerate(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "a", "good", "bad"])}
    made = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    config = BertConfig(
        vocab_size=len(numbers), hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=2,
        intermediate_size=NEURONS, max_position_embeddings=MOST, num_labels=3,
    )  # fmt: skip
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]")
    return TextClassifier(BertForSequenceClassification(config), tokenizer, MOST)


def opinions(count: int) -> tuple[Tensor, Tensor]:
    texts = [f"{'a ' * (number % 5)}{('good', 'bad', 'odd')[number % 3]}" for number in range(count)]
    rows = [list(text.encode().ljust(LENGTH, b"\0")) for text in texts]
    return torch.tensor(rows, dtype=torch.uint8), torch.arange(count) % 3


def regression() -> torch.nn.Module:
    model = tfidf_regression((LENGTH,), 3, features=64)
    model.fit(*opinions(60), seed=0)
    return model


@pytest.fixture
def of_texts(request, stated, predictions) -> Evidence:
    inputs, labels = opinions(90)
    return Evidence(
        model=text_classifier() if request.param == "transformer" else regression(),
        probabilities=predictions(90)[0],
        labels=labels,
        inputs=inputs,
        training=TrainingCost(2.0, cpu_seconds=3.0, peak_memory=4e6, memory_before=3e6, peak_before=3.5e6),
        conditions=stated,
        candidate=Candidate(name="small", model="tfidf-regression", options={"features": 64}, recipe=Recipe(epochs=1)),
        training_data=opinions(30),
    )


CASES = [
    pytest.param(model, one, id=f"{model}-{one.module}")
    for model in ("transformer", "regression")
    for one in OF_A_MODEL
    # timing does not care which model it times
    if model == "transformer" or one.moment == "trial"
]


@pytest.mark.parametrize(("of_texts", "instrument"), CASES, indirect=["of_texts"])
def test_every_instrument_measures_or_says_why_not(instrument, of_texts):
    before = of_texts.inputs.clone()
    found = import_module(instrument.module).measure(of_texts)
    assert [one.quality for one in found] == [quality.name for quality in instrument.qualities]
    for one in found:
        assert isinstance(one, NotMeasured) == (one.quality in NOT_FOR_TEXTS | NEEDS_MORE)
        if isinstance(one, Measurement):
            quality = find_quality(one.quality)
            assert all(isfinite(number) for number in (one.value, one.low, one.high))
            assert quality.lowest <= one.low <= one.value <= one.high <= quality.highest
        else:
            assert len(one.reason) > 20
    assert torch.equal(of_texts.inputs, before)


def multiply_adds(tokens: int) -> int:
    """Matrix products of a BERT with one text: projections, attention, feed-forward; pooling and head on one token."""
    block = tokens * (4 * WIDTH * WIDTH + 2 * WIDTH * NEURONS) + 2 * tokens * tokens * WIDTH
    return LAYERS * block + WIDTH * WIDTH + WIDTH * 3


@pytest.mark.parametrize(("text", "tokens"), [("", 2), ("good", 3), ("a good a bad", 6), ("a " * 30, MOST)])
def test_flops_are_those_of_the_tokens_of_a_text(text, tokens):
    row = torch.tensor([list(text.encode().ljust(LENGTH, b"\0"))], dtype=torch.uint8)
    assert count_flops(text_classifier(), row).value == 2 * multiply_adds(tokens)


def test_what_is_predicted_before_training_is_the_cost_of_the_longest_text():
    model = text_classifier()
    said = predict_complexity(model, (LENGTH,), Recipe(optimizer="adamw", batch_size=4), 3)
    longest = model.example_inputs(1, (LENGTH,))
    assert said.flops == 2 * multiply_adds(MOST)
    assert said.activations == count_activations(model, longest).value
    assert said.notes[0].startswith("it looks at values")
    short, long = (rehearse(model, (length,), 3, batch=32, evaluated=64) for length in (2, LENGTH))
    assert long.extrapolated
    assert long.step > 1.5 * short.step
    assert all(parameter.grad is None for parameter in model.parameters())


def test_backends_run_it_or_say_why_not():
    model = text_classifier()
    runs = run_backends("t", model, opinions(20)[0], ["eager", "onnx"], threads=1, effort=Effort(calls=5, seconds=0.01))
    assert [run.runs for run in runs] == [True, False]
    assert "cannot be exported with its tokenizer" in runs[1].detail
