"""Cosines against the textbook formula."""

import math

import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.anatomy.cosine import cosine, unit

vectors = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=3, max_size=3)


@given(vectors, vectors)
def test_it_is_the_product_over_the_lengths_and_zero_for_zero_vectors(first, second):
    lengths = math.hypot(*first) * math.hypot(*second)
    expected = sum(a * b for a, b in zip(first, second, strict=True)) / lengths if lengths else 0.0
    found = cosine(torch.tensor(first, dtype=torch.float64), torch.tensor(second, dtype=torch.float64))
    assert math.isclose(float(found), expected, abs_tol=1e-12)
    assert -1 <= float(found) <= 1


def test_a_zero_vector_has_no_direction():
    assert unit(torch.zeros(2, 3)).tolist() == [[0.0] * 3] * 2
