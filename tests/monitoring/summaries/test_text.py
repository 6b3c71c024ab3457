"""The numbers of a text, against Python's own counting."""

import string

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netwright.monitoring.summaries.text import TextSummary

characters = st.characters(min_codepoint=1, exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc"))
texts = st.text(
    st.one_of(characters, st.sampled_from(" \t\n" + string.ascii_letters + string.digits + "!?.")), max_size=40
)


def encoded(text, length=200):
    content = text.encode()
    return np.frombuffer(content + bytes(length - len(content)), np.uint8)


def slow(text):
    words = text.split()
    share = [
        sum(one in kind for one in text) / len(text) if text else np.nan
        for kind in (string.ascii_uppercase, string.digits, string.punctuation)
    ]
    foreign = sum(ord(one) > 127 for one in text) / len(text) if text else np.nan
    length = sum(map(len, words)) / len(words) if words else np.nan
    return [len(text), len(words), length, *share, foreign]


@given(st.lists(texts, min_size=1, max_size=5))
def test_numbers_are_those_that_python_counts(several):
    found = TextSummary().numbers(np.stack([encoded(text) for text in several]))
    np.testing.assert_allclose(found, np.array([slow(text) for text in several], np.float32), rtol=1e-6)


def test_an_empty_text_has_no_shares():
    found = dict(zip(TextSummary.names, TextSummary().numbers(encoded("")[None])[0], strict=True))
    assert found["characters"] == found["words"] == 0
    assert np.isnan(found["upper case"])


def test_a_text_that_fills_its_row_is_counted_whole():
    assert TextSummary().numbers(np.frombuffer(b"ab cd", np.uint8)[None])[0, :2].tolist() == [5, 2]
