import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.models.text.batches import longest_text, pad_tokens, text_batches
from netwright.records.errors import InputError

TEXTS = ["the film was good", "", "a dull , dull film !", "fine"]
TOKENS = [[2, 5, 7, 8, 10, 3], [2, 3], [2, 6, 15, 26, 15, 7, 28, 3], [2, 11, 3]]


@given(st.lists(st.lists(st.integers(1, 9), max_size=6), min_size=1, max_size=5))
def test_padding_is_what_the_mask_leaves_out(ids):
    batch = pad_tokens(ids, pad=0)
    assert [row[mask > 0].tolist() for row, mask in zip(*batch.values(), strict=True)] == ids
    assert batch["input_ids"].shape == batch["attention_mask"].shape == (len(ids), max(map(len, ids)))
    assert int(batch["attention_mask"].sum()) == sum(map(len, ids))
    assert not batch["input_ids"][batch["attention_mask"] == 0].any()


def test_texts_keep_their_order_and_each_batch_its_own_length(tokenizer):
    batches = text_batches(TEXTS, tokenizer, batch_size=2)
    found = [row[mask > 0].tolist() for batch in batches for row, mask in zip(*batch.values(), strict=True)]
    assert found == TOKENS
    assert [tuple(batch["input_ids"].shape) for batch in batches] == [(2, 6), (2, 8)]


def test_a_length_cuts_and_keeps_the_special_tokens(tokenizer):
    (batch,) = text_batches(TEXTS, tokenizer, max_length=4)
    assert batch["input_ids"].tolist() == [[2, 5, 7, 3], [2, 3, 0, 0], [2, 6, 15, 3], [2, 11, 3, 0]]


def test_a_text_that_is_too_long_is_named_with_its_tokens_and_the_limit(tokenizer):
    long = "good " * 40
    with pytest.raises(InputError, match=r"text 2 of 2 \('good good .* has 42 tokens, .* at most 32; .*max_length=32"):
        text_batches(["fine", long], tokenizer)
    with pytest.raises(InputError, match=r"has 6 tokens, .* at most 5"):
        text_batches(TEXTS, tokenizer, limit=5)
    assert text_batches(["fine", long], tokenizer, max_length=32)[0]["input_ids"].shape == (2, 32)
    with pytest.raises(InputError, match=r"has 32 tokens, .* at most 16"):
        text_batches([long], tokenizer, max_length=32, limit=16)


def test_a_decoder_without_padding_pads_with_its_end_and_refuses_a_text_without_tokens(decoder_tokenizer):
    (batch,) = text_batches(["good film", "good"], decoder_tokenizer)
    assert batch["input_ids"].tolist() == [[1, 2], [1, 0]]
    assert batch["attention_mask"].tolist() == [[1, 1], [1, 0]]
    with pytest.raises(InputError, match=r"text 2 of 2 \(''\) has no token; leave it out"):
        text_batches(["good", ""], decoder_tokenizer)


@pytest.fixture
def decoder_tokenizer():
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.WordLevel({"<end>": 0, "good": 1, "film": 2}, unk_token="<end>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end>")


def test_nothing_and_senseless_sizes_are_refused(tokenizer):
    with pytest.raises(InputError, match="found no texts"):
        text_batches([], tokenizer)
    for wrong in ({"batch_size": 0}, {"max_length": 0}):
        with pytest.raises(InputError, match="pass at least 1"):
            text_batches(TEXTS, tokenizer, **wrong)


def test_the_longest_text_is_what_the_positions_leave_room_for():
    from transformers import GPT2Config, GPT2Model, RobertaConfig, RobertaModel

    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    roberta = RobertaModel(RobertaConfig(max_position_embeddings=34, pad_token_id=1, vocab_size=9, **sizes)).eval()
    assert longest_text(roberta) == 32
    roberta(input_ids=torch.full((1, 32), 5))
    with pytest.raises((IndexError, RuntimeError)):
        roberta(input_ids=torch.full((1, 33), 5))
    assert longest_text(GPT2Model(GPT2Config(n_embd=8, n_layer=1, n_head=2, n_positions=16, vocab_size=9))) == 16
    assert longest_text(torch.nn.Linear(2, 2)) is None
