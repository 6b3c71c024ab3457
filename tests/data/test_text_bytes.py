import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.text_bytes import cut, decode_texts, encode_texts
from netwright.records.errors import DataError

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(TEXTS))
def test_texts_come_back(texts):
    rows = encode_texts(texts)
    assert rows.dtype == torch.uint8
    assert rows.shape == (len(texts), max([1, *(len(text.encode()) for text in texts)]))
    assert decode_texts(rows) == texts


@given(st.lists(TEXTS), st.integers(1, 20))
def test_a_row_is_the_longest_beginning_of_whole_characters(texts, length):
    rows = encode_texts(texts, length)
    assert rows.shape == (len(texts), length)
    for text, kept in zip(texts, decode_texts(rows), strict=True):
        fitting = [text[:end] for end in range(len(text) + 1) if len(text[:end].encode()) <= length]
        assert kept == fitting[-1]


@given(TEXTS, st.integers(1, 20))
def test_cutting_twice_changes_nothing(text, length):
    once = cut(text.encode(), length)
    assert cut(once, length) == once


def test_a_zero_character_within_a_text_is_told():
    with pytest.raises(DataError, match="text 1 has a zero character at 2"):
        encode_texts(["fine", "no\0"])


def test_what_utf8_cannot_write_is_told():
    with pytest.raises(DataError, match="text 0 has half of a surrogate pair at 1"):
        encode_texts(["a\ud800"])


def test_bytes_that_are_no_text_are_replaced():
    assert decode_texts(torch.tensor([[255, 97, 0]], dtype=torch.uint8)) == ["\ufffda"]
