import io
import random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.machine.seeds import derive_seed, random_state, restore_random_state, seed_everything


def draws():
    # normal draws come in pairs: one drawn leaves one waiting in the generator
    return (
        torch.randn(3).tolist(),
        np.random.standard_normal(1).tolist(),
        np.random.randint(0, 2**31),
        random.gauss(0, 1),
        random.random(),
    )


@given(parts=st.lists(st.integers() | st.text(), min_size=1))
def test_a_derived_seed_is_in_range_and_the_same_again(parts):
    assert derive_seed(*parts) == derive_seed(*parts)
    assert 0 <= derive_seed(*parts) < 2**31


def test_derived_seeds_differ():
    seeds = {derive_seed(use, seed) for use in ("weights", "batches", "split") for seed in range(2000)}
    assert len(seeds) == 6000
    assert derive_seed("a", "b") != derive_seed("ab")
    assert derive_seed(1) != derive_seed("1")


@given(seed=st.integers(0, 2**31 - 1))
def test_everything_follows_from_the_seed(seed):
    seed_everything(seed)
    first = draws()
    seed_everything(seed)
    assert draws() == first


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_a_stored_state_goes_on_exactly_where_it_was(before):
    seed_everything(5)
    for _ in range(before):
        draws()
    file = io.BytesIO()
    torch.save(random_state(), file)
    expected = [draws() for _ in range(3)]
    seed_everything(6)
    file.seek(0)
    restore_random_state(torch.load(file, weights_only=True))
    assert [draws() for _ in range(3)] == expected
