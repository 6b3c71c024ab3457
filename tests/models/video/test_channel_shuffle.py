import torch
from hypothesis import given
from hypothesis import strategies as st

from netwright.models.video.channel_shuffle import ChannelShuffle


@given(groups=st.integers(1, 5), width=st.integers(1, 5))
def test_channel_i_of_group_j_moves_to_place_i_g_plus_j(groups, width):
    x = torch.arange(2.0 * groups * width * 3).reshape(2, groups * width, 3, 1, 1)
    y = ChannelShuffle(groups)(x)
    for i in range(width):
        for j in range(groups):
            assert torch.equal(y[:, i * groups + j], x[:, j * width + i])
    assert torch.equal(ChannelShuffle(width)(y), x)
