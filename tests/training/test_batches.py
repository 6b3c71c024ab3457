import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.training.batches import batch_count, shuffled_batches


def draw(samples, batch_size, seed=0):
    labels = torch.arange(samples)
    return list(shuffled_batches(labels * 2.0, labels, batch_size, torch.Generator().manual_seed(seed)))


@given(samples=st.integers(1, 200), batch_size=st.integers(1, 70))
def test_every_sample_comes_once_with_its_label(samples, batch_size):
    batches = draw(samples, batch_size)
    labels = torch.cat([labels for _, labels in batches])
    inputs = torch.cat([inputs for inputs, _ in batches])
    assert sorted(labels.tolist()) == list(range(samples))
    assert torch.equal(inputs, labels * 2.0)


@given(samples=st.integers(2, 200), batch_size=st.integers(2, 70))
def test_batches_are_as_large_as_asked_and_none_holds_one_sample(samples, batch_size):
    sizes = [len(labels) for _, labels in draw(samples, batch_size)]
    assert len(sizes) == batch_count(samples, batch_size)
    assert all(size == batch_size for size in sizes[:-1])
    assert 2 <= sizes[-1] <= batch_size + 1


def test_the_order_follows_from_the_generator_and_changes_with_each_pass():
    generator = torch.Generator().manual_seed(3)
    labels = torch.arange(100)
    first, second = (torch.cat([b for _, b in shuffled_batches(labels, labels, 7, generator)]) for _ in range(2))
    assert torch.equal(first, torch.cat([b for _, b in draw(100, 7, seed=3)]))
    assert not torch.equal(first, second)
    assert not torch.equal(first, labels)


def test_the_global_random_state_takes_no_part():
    before = torch.get_rng_state()
    draw(50, 8)
    assert torch.equal(torch.get_rng_state(), before)
