"""Make a network of clips run frame by frame: it keeps little, says so before, and answers as it does offline.

python examples/07_run_on_a_stream.py
"""

import torch
from torch import Tensor, nn

import netwright


class Residual(nn.Module):
    """What a user's network may look like: it knows nothing of streams."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.spatial = nn.Conv3d(channels, channels, (1, 3, 3), padding=(0, 1, 1))
        self.temporal = nn.Conv3d(channels, channels, (3, 1, 1), padding=(1, 0, 0))
        self.norm = nn.BatchNorm3d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return relu(x + F(x))."""
        return torch.relu(x + self.norm(self.temporal(self.spatial(x))))


torch.manual_seed(0)
network = nn.Sequential(
    nn.Conv3d(3, 16, 3, stride=(1, 2, 2), padding=1), Residual(16), Residual(16), nn.AdaptiveAvgPool3d(1), nn.Flatten(),
    nn.Linear(16, 5),
).eval()  # fmt: skip
video = torch.randn(1, 3, 60, 32, 32)

streamer = netwright.stream(network, video[:, :, :16])
print(streamer.memory())

state = None
for chunk in video.split([1, 2, 7, 50], dim=2):
    answer, state = streamer.step(chunk, state)
    if answer is not None:
        print(f"after {state.frames:2d} frames: class {answer.argmax(1).item()}, state {state.bytes / 1e3:.0f} kB")

offline = streamer.offline(video)
print(f"largest difference from the offline run: {(answer - offline).abs().max().item():.0e}")
assert torch.allclose(answer, offline, atol=1e-5)

delayed = netwright.stream(network, video[:, :, :16], mode="delayed")
_, state = delayed.step(video)
answer, _ = delayed.flush(state)
with torch.no_grad():
    assert torch.allclose(answer, network(video), atol=1e-5)
print(f"delayed by {delayed.memory().latency} frames, the stream says what the network itself says")
