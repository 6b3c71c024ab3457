"""Tiny random transformers of every family that is known, and batches of padded texts for them."""

import pytest
import torch

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "llama")
VOCABULARY = 40
PAD = 1


def _config(family, **options):
    from transformers import BertConfig, DistilBertConfig, GPT2Config, LlamaConfig, RobertaConfig

    shared = {"vocab_size": VOCABULARY, "pad_token_id": PAD, "num_labels": 3}
    shared |= {"bos_token_id": 0, "eos_token_id": 0, **options}
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24}
    if family == "bert":
        return BertConfig(**{**sizes, "max_position_embeddings": 32, **shared})
    if family == "roberta":
        return RobertaConfig(**{**sizes, "max_position_embeddings": 34, **shared})
    if family == "distilbert":
        return DistilBertConfig(
            **{"dim": 16, "n_layers": 2, "n_heads": 4, "hidden_dim": 24, "max_position_embeddings": 32, **shared}
        )
    if family == "gpt2":
        return GPT2Config(**{"n_embd": 16, "n_layer": 2, "n_head": 4, "n_inner": 24, "n_positions": 32, **shared})
    return LlamaConfig(**{**sizes, "num_key_value_heads": 2, "max_position_embeddings": 32, **shared})


def make_classifier(family, seed=0, **options):
    """Return a random sequence classifier of a family, in eval mode: 2 blocks, width 16, 24 neurons, 3 classes."""
    from transformers import AutoModelForSequenceClassification

    torch.manual_seed(seed)
    return _spread(AutoModelForSequenceClassification.from_config(_config(family, **options)))


def make_language_model(seed=0, **options):
    """Return a random GPT-2 language model, in eval mode."""
    from transformers import GPT2LMHeadModel

    torch.manual_seed(seed)
    return _spread(GPT2LMHeadModel(_config("gpt2", **options)))


def make_batches(count=3, size=4, length=9, seed=0):
    """Return batches of random tokens, padded on the right to different lengths."""
    generator = torch.Generator().manual_seed(seed)
    batches = []
    for _ in range(count):
        tokens = torch.randint(2, VOCABULARY, (size, length), generator=generator)
        lengths = torch.randint(3, length + 1, (size, 1), generator=generator)
        mask = torch.arange(length) < lengths
        batches.append({"input_ids": torch.where(mask, tokens, PAD), "attention_mask": mask.long()})
    return batches


def _spread(model):
    # the weights of a fresh transformer are so small that its answers hardly depend on the text
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.mul_(10.0 if "embed" not in name else 1.0)
            elif name.endswith("bias"):
                weight.normal_(std=0.1)
    return model.eval()


@pytest.fixture(params=FAMILIES)
def family(request):
    """The name of each family in turn."""
    return request.param


@pytest.fixture
def classifier(family):
    """A random sequence classifier of each family in turn."""
    return make_classifier(family)


@pytest.fixture
def bert():
    """A random BERT classifier."""
    return make_classifier("bert")


@pytest.fixture
def gpt2():
    """A random GPT-2 classifier: its linear maps are stored the other way round."""
    return make_classifier("gpt2")


@pytest.fixture
def language_model():
    """A random GPT-2 language model."""
    return make_language_model()


@pytest.fixture
def make_model():
    """`make_model(family, seed=0, **config options)`: a random sequence classifier."""
    return make_classifier


@pytest.fixture
def batches():
    """Three batches of four padded texts each."""
    return make_batches()


@pytest.fixture
def make_texts():
    """`make_texts(count, size, length, seed)`: batches of padded texts."""
    return make_batches
