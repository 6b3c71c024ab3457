import pytest
import torch

from netwright.models.build import build
from netwright.models.text.batches import text_batches
from netwright.models.text.classifier import TextClassifier
from netwright.records.candidate import Candidate
from netwright.records.errors import ModelError

TEXTS = ["the film was good", "", "a dull , dull film ! " * 5]


def rows_of(texts, length=120):
    return torch.tensor([list(text.encode().ljust(length, b"\0")) for text in texts], dtype=torch.uint8)


@pytest.fixture
def classifier(tokenizer, tiny_config) -> TextClassifier:
    from transformers import BertForSequenceClassification

    torch.manual_seed(0)
    return TextClassifier(BertForSequenceClassification(tiny_config(num_labels=3)), tokenizer, 12).eval()


def test_it_answers_what_its_network_answers_to_its_tokens(classifier, tokenizer):
    (batch,) = text_batches(TEXTS, tokenizer, max_length=12)
    tokens = classifier.tokenize(rows_of(TEXTS))
    assert all(torch.equal(tokens[name], batch[name]) for name in batch)
    with torch.inference_mode():
        assert torch.equal(classifier(rows_of(TEXTS)), classifier.network(**batch).logits)


def test_a_batch_is_as_long_as_its_longest_text_and_an_empty_text_has_two_tokens(classifier):
    assert [classifier.tokenize(rows_of([text]))["input_ids"].shape[1] for text in TEXTS] == [6, 2, 12]
    assert classifier.tokenize(rows_of(TEXTS))["attention_mask"].sum(1).tolist() == [6, 2, 12]


def test_the_check_of_build_hands_in_zeros_of_another_type(tokenizer, tiny_config, with_minilm):
    built = build(Candidate(name="m", model="minilm"), (40,), 4)
    assert built(torch.zeros(2, 40)).shape == (2, 4)
    assert built.training


def test_the_tokenizer_is_no_part_of_the_state(classifier):
    assert {name.partition(".")[0] for name in classifier.state_dict()} == {"network"}
    assert all(tensor.is_floating_point() for tensor in classifier.state_dict().values())


def test_examples_are_as_long_as_a_text_can_be(classifier):
    assert classifier.tokenize(classifier.example_inputs(3, (120,)))["attention_mask"].sum(1).tolist() == [12, 12, 12]
    # two special tokens, and one for each "a"
    assert classifier.tokenize(classifier.example_inputs(1, (5,)))["attention_mask"].sum(1).tolist() == [5]


def test_an_export_is_refused_with_what_to_do(classifier):
    with pytest.raises(ModelError, match="export its `network`"):
        torch.export.export(classifier, (rows_of(TEXTS),))
