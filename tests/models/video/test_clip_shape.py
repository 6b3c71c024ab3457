import pytest

from netwright.models.video.clip_shape import clip_shape
from netwright.records.errors import CandidateError


@pytest.mark.parametrize("shape", [(3,), (3, 32, 32), (3, 0, 32, 32), (2, 3, 16, 32, 32)])
def test_what_is_no_clip_is_refused_with_what_to_take_instead(shape):
    with pytest.raises(CandidateError, match=r"some-model: found inputs of shape .* take data of videos"):
        clip_shape("some-model", shape)
