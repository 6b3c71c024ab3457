from hypothesis import given
from hypothesis import strategies as st

from netwright.anatomy.funnels import funnels_of


def shape(counts):
    return [(one.layers, one.counts) for one in funnels_of(counts)]


def test_the_papers_funnels_lie_between_the_layers_it_names():
    assert [layers for layers, _ in shape([60, 50, 40, 20, 30, 12, 25, 9, 7, 4, 2, 1])] == [(0, 3, 4), (4, 5, 6)]


def test_counts_that_only_fall_only_rise_or_stay_have_none():
    for counts in ([], [3], [5, 4, 4, 1], [1, 1, 2, 9], [4, 4, 4], [0, 3, 1, 1]):
        assert funnels_of(counts) == ()


def test_level_stretches_belong_to_what_follows():
    assert shape([7, 7, 2, 2, 2, 5, 5]) == [((1, 2, 5), (7, 2, 5))]


@given(st.lists(st.integers(0, 4), max_size=12))
def test_every_funnel_narrows_and_widens_and_every_inner_minimum_is_one(counts):
    found = funnels_of(counts)
    for one in found:
        first, low, last = one.layers
        assert one.counts == (counts[first], counts[low], counts[last])
        assert first < low < last
        assert counts[first] > counts[low] < counts[last]
        falls, rises = counts[first : low + 1], counts[low : last + 1]
        assert falls == sorted(falls, reverse=True)
        assert rises == sorted(rises)
    # without level stretches a minimum is a layer below both neighbours
    flat = [count for at, count in enumerate(counts) if at == 0 or count != counts[at - 1]]
    minima = [at for at in range(1, len(flat) - 1) if flat[at - 1] > flat[at] < flat[at + 1]]
    assert [one.layers[1] for one in funnels_of(flat)] == minima
    assert len(found) == len(minima)
