"""Tiny random transformers of five families, and padded texts for them."""

import pytest
import torch

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "llama")
WORDS = 40


def _configs():
    from transformers import BertConfig, DistilBertConfig, GPT2Config, LlamaConfig, RobertaConfig

    shape = {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 24}
    places = {"vocab_size": WORDS, "max_position_embeddings": 32, "pad_token_id": 0, "num_labels": 2}
    gpt2 = {"n_embd": 16, "n_layer": 3, "n_head": 4, "n_inner": 24, "n_positions": 32}
    ends = {"bos_token_id": 1, "eos_token_id": 2}
    return {
        "bert": lambda: BertConfig(**shape, **places),
        "distilbert": lambda: DistilBertConfig(dim=16, n_layers=3, n_heads=4, hidden_dim=24, **places),
        "roberta": lambda: RobertaConfig(**shape, **places),
        "gpt2": lambda: GPT2Config(**gpt2, **ends, vocab_size=WORDS, pad_token_id=0, num_labels=2),
        "llama": lambda: LlamaConfig(**shape, **places, **ends, num_key_value_heads=2, attention_bias=True),
    }


def _build(family, dtype):
    from transformers import AutoModelForSequenceClassification

    torch.manual_seed(FAMILIES.index(family))
    model = AutoModelForSequenceClassification.from_config(_configs()[family]()).eval()
    with torch.no_grad():
        # fresh biases and normalisations are 0 and 1: too tidy to tell whether anything forgets them
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.2)
    return model.to(dtype)


@pytest.fixture
def build_transformer():
    """Return a maker of a classifier of a family: 3 layers, 4 heads (Llama: 2 groups), 16 wide, 24 neurons a layer."""
    return lambda family, dtype=torch.float64: _build(family, dtype)


@pytest.fixture(params=FAMILIES)
def transformer(request):
    """A random classifier of each family in turn, float64, with biases and normalisations that are not trivial."""
    return _build(request.param, torch.float64)


def padded(lengths=(6, 4, 5), side="right", seed=0, width=0):
    """Return one batch of random texts, padded on a side to the longest or to a width."""
    generator = torch.Generator().manual_seed(seed)
    texts = [torch.randint(3, WORDS, (length,), generator=generator) for length in lengths]
    width = max(width, *lengths)
    ids, mask = torch.zeros(2, len(texts), width, dtype=torch.int64)
    for row, text in enumerate(texts):
        at = slice(0, len(text)) if side == "right" else slice(width - len(text), width)
        ids[row, at], mask[row, at] = text, 1
    return {"input_ids": ids, "attention_mask": mask}


def positioned(model, batch):
    """Return a batch with the positions of its texts wherever padding stands, as far as a model needs telling."""
    if "Roberta" in type(model).__name__:
        return batch
    return {**batch, "position_ids": (batch["attention_mask"].cumsum(1) - 1).clamp(min=0)}


@pytest.fixture
def place_texts():
    """Return `positioned`."""
    return positioned


@pytest.fixture
def make_batch():
    """Return `padded`."""
    return padded


@pytest.fixture
def batches():
    """Return two batches of texts of different lengths, four in all."""
    return [padded((6, 4, 5)), padded((3,), seed=1)]
