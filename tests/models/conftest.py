"""A cache that holds a MiniLM of a few thousand numbers, with a tokenizer of a few words."""

import pytest
import torch

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PLAIN = "the a film was is good fine great poor bad dull odd strange slow long quick short not very ##ly ##s , . !"
WORDS = [*SPECIAL, *PLAIN.split()]
WIDTH, LAYERS = 16, 2


def make_tokenizer():
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    numbers = {word: number for number, word in enumerate(WORDS)}
    made = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    ends = [(word, numbers[word]) for word in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    special = {"pad": "[PAD]", "unk": "[UNK]", "cls": "[CLS]", "sep": "[SEP]", "mask": "[MASK]"}
    return PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=32, **{f"{name}_token": word for name, word in special.items()}
    )


def make_config(**changes):
    from transformers import BertConfig

    sizes = {"hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "intermediate_size": 24}
    return BertConfig(vocab_size=len(WORDS), max_position_embeddings=32, **sizes | changes)


@pytest.fixture(scope="session")
def tokenizer():
    return make_tokenizer()


@pytest.fixture(scope="session")
def tiny_config():
    return make_config


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory, tokenizer):
    """A cache folder with `minilm` in it, as `netwright data fetch minilm` leaves it."""
    from transformers import BertModel

    cache = tmp_path_factory.mktemp("cache")
    torch.manual_seed(0)
    BertModel(make_config()).save_pretrained(cache / "minilm")
    tokenizer.save_pretrained(cache / "minilm")
    return cache


@pytest.fixture
def with_minilm(tiny_cache, monkeypatch):
    monkeypatch.setenv("NETWRIGHT_CACHE", str(tiny_cache))
    return tiny_cache / "minilm"
