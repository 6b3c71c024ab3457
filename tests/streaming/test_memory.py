"""What the state takes at most, in closed form."""

import torch
from torch import Tensor, nn

from netwright.streaming.streamer import Streamer, stream


class Pictures(nn.Module):
    """Classifies every frame; the state is largest before all frames have their partners."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead, self.behind = nn.Conv3d(2, 2, (5, 1, 1), (4, 1, 1)), nn.Conv3d(2, 2, (2, 1, 1), (2, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.ahead(x).mean((2, 3, 4)), self.behind(self.behind(x)).mean((2, 3, 4))], 1)


class Places(nn.Module):
    """Convolves over time at every place of the picture, which is folded into the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(2, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x.permute(0, 3, 4, 1, 2).flatten(0, 2)).unflatten(0, (x.shape[0], 6))


def largest(streamer: Streamer, batch: int) -> int:
    state, most = None, 0
    for frame in torch.randn(batch, 2, 60, 2, 3).split(1, dim=2):
        _, state = streamer.step(frame, state)
        most = max(most, state.bytes)
    return most


def test_the_largest_state_is_told_not_the_sum_of_what_each_part_takes_at_its_time():
    streamer = stream(Pictures(), torch.randn(1, 2, 16, 2, 3))
    assert streamer.memory().total == largest(streamer, 1)


def test_places_folded_into_the_batch_count():
    streamer = stream(Places(), torch.randn(2, 2, 16, 2, 3))
    # two frames of 2 channels at each of 6 places, of 3 videos, in float32
    assert streamer.memory(batch=3).total == largest(streamer, 3) == 2 * 2 * 6 * 3 * 4
    (kept,) = streamer.memory(batch=3).kept
    assert kept.shape == (18, 2, 2)


def test_frames_on_the_first_axis_count():
    class Sums(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mean((3, 4)).permute(2, 0, 1).cumsum(0)

    streamer = stream(Sums(), torch.randn(2, 2, 16, 2, 3))
    assert streamer.memory(batch=5).total == largest(streamer, 5) == 2 * 5 * 4
