import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.data.clip_sampling import EvenSampling, StridedSampling
from netwright.records.errors import DataError

SAMPLINGS = st.one_of(
    st.integers(1, 40).map(EvenSampling), st.builds(StridedSampling, st.integers(1, 40), st.integers(1, 9))
)


@given(SAMPLINGS, st.integers(1, 300), st.integers(0, 99))
def test_a_clip_has_its_frames_in_order_and_inside_the_video(sampling, count, seed):
    drawn = sampling.drawn(count, np.random.default_rng(seed))
    assert drawn == sampling.drawn(count, np.random.default_rng(seed))
    for numbers in (sampling.middle(count), drawn):
        assert len(numbers) == sampling.frames
        assert list(numbers) == sorted(numbers)
        assert 0 <= numbers[0] <= numbers[-1] < count


@given(st.integers(1, 40), st.integers(1, 300), st.integers(0, 99))
def test_even_frames_lie_one_in_each_part(frames, count, seed):
    numbers = np.array(EvenSampling(frames).drawn(count, np.random.default_rng(seed)))
    low, high = np.arange(frames) * count // frames, -(-np.arange(1, frames + 1) * count // frames)
    assert (numbers >= low).all()
    assert (numbers < high).all()


@given(st.integers(1, 20), st.integers(1, 9), st.integers(1, 300))
def test_the_strided_clip_lies_in_the_middle(frames, stride, count):
    numbers = StridedSampling(frames, stride).middle(count)
    whole = 1 + (frames - 1) * stride
    if count >= whole:
        assert set(np.diff(numbers)) <= {stride}
        assert abs(numbers[0] - (count - 1 - numbers[-1])) <= 1
    else:
        # it starts at the beginning and waits at the end
        assert numbers == tuple(min(place * stride, count - 1) for place in range(frames))


def test_every_beginning_is_drawn():
    random = np.random.default_rng(0)
    begins = {StridedSampling(3, 2).drawn(9, random)[0] for _ in range(200)}
    assert begins == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("sampling", [EvenSampling(4), StridedSampling(4, 2)])
def test_a_video_without_frames_is_refused(sampling):
    for sample in (sampling.middle, lambda count: sampling.drawn(count, np.random.default_rng(0))):
        with pytest.raises(DataError, match="leave videos without frames out"):
            sample(0)
