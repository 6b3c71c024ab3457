import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.models.text.byte_rows import decode_rows, text_shape
from netwright.records.errors import CandidateError


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12), max_size=5), st.data())
def test_whole_texts_come_back_and_cut_ones_lose_only_the_character_that_is_cut(texts, data):
    encoded = [text.encode() for text in texts]
    length = data.draw(st.integers(1, max(map(len, encoded), default=1) or 1))
    rows = torch.zeros(len(texts), length, dtype=torch.uint8)
    for row, content in zip(rows, encoded, strict=True):
        kept = content[:length]
        row[: len(kept)] = torch.tensor(list(kept), dtype=torch.uint8)
    for text, found in zip(texts, decode_rows(rows), strict=True):
        whole = [end for end in range(len(text) + 1) if len(text[:end].encode()) <= length]
        assert found == text[: whole[-1]]


def test_any_bytes_give_some_text_and_zeros_of_any_type_give_none():
    assert decode_rows(torch.tensor([[255, 254, 65, 128]], dtype=torch.uint8)) == ["A"]
    assert decode_rows(torch.zeros(2, 3)) == ["", ""]
    assert decode_rows(torch.zeros(0, 3, dtype=torch.uint8)) == []


def test_numbers_are_refused():
    with pytest.raises(CandidateError, match=r"inputs of torch\.float32; .*take data of texts, such as reviews"):
        decode_rows(torch.tensor([[0.0, 0.5]]))
    with pytest.raises(CandidateError, match=r"t: found inputs of shape \(3, 8, 8\)"):
        text_shape("t", (3, 8, 8))
