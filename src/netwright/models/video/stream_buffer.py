"""What the causal ShuffleNet carries from one subclip of a video to the next: two forms of one buffer frame a path.

The raw buffer is that of the released code; the feature buffer is that of the paper, section 4.2:
B(i+1) = 3DConv(z(i) + B(i))[:b] with b = 1, + joining in time. Its text leaves open which convolution is meant; three
facts decide. (1) The parameters, 613,661, have no room for a convolution of the buffer's own: 24 to 24 channels with
3x3x3 kernels would add 31,200. So it is one of the network's, "the following 3D convolution layer", which "does not
change the dimension along the height and width axes": the first 1x1x1 convolution of the trunk, since the next one
halves the sides. (2) In figure 1 the buffer stands before a subclip's oldest frame, and what is passed on is the newest
frame of that convolution's output, which goes on into the shuffle layers: the "first" frame is the newest, as in
MoViNet, whose equation is the same with time reversed. (3) That convolution reads one frame at a time, so a frame may
join before or behind it; its 30 channels fit behind. There b = 1 is just the frame that the causal depthwise
convolution, 3x3x3 of stride 2, needs of the past, and at the start of a video it is its zero padding. So both forms
have the same parameters, the same multiply-adds and the same answer to a video's first subclip.
"""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor, nn

from netwright.models.video.dual_path_stems import Stem
from netwright.models.video.shuffle_unit import ShuffleTrunk


@dataclass(frozen=True)
class StreamBuffer:
    """The state of a batch of videos between two subclips. It is never changed: a step returns a new one.

    Args:
        slow: The buffer frame of the spatial path, (N, C, 1, H, W).
        fast: The buffer frame of the temporal path, (N, C, 1, H, W).
    """

    slow: Tensor
    fast: Tensor


class ShufflePath(nn.Module):
    """One path: its stem, then its trunk.

    Args:
        stem: From frames to the trunk's input.
        trunk: From there to features.
    """

    def __init__(self, stem: Stem, trunk: ShuffleTrunk) -> None:
        super().__init__()
        self.stem = stem
        self.trunk = trunk

    def forward(self, frames: Tensor) -> Tensor:
        """Return the features (N, C, T / 16, H / 32, W / 32) of frames before which there was nothing."""
        x: Tensor = self.trunk(self.stem(self.stem.sample(frames)))
        return x


class Buffering(Protocol):
    """Where a path's buffer frame enters, and what becomes of it."""

    __name__: str

    def __call__(self, path: ShufflePath, frames: Tensor, kept: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return (features of a subclip, the next buffer frame); the frame carries no gradient.

        Args:
            path: The path.
            frames: The subclip, (N, C, T, H, W).
            kept: The buffer frame that the subclip before left; zero where None.
        """
        ...


def raw_buffer(path: ShufflePath, frames: Tensor, kept: Tensor | None) -> tuple[Tensor, Tensor]:
    """Run a subclip whose buffer frame stands before the stem: B' = (B + sum of the T sampled frames) / (T + 1).

    The temporal mean of buffer and frames, one for each path, as in the released code.

    Args:
        path: The path.
        frames: The subclip, (N, C, T, H, W).
        kept: The buffer frame; zero where None.

    Returns:
        (features, the next buffer frame).
    """
    sampled = path.stem.sample(frames)
    features = path.trunk(path.stem(sampled, kept))
    total = sampled.sum(dim=2, keepdim=True)
    mean = (total if kept is None else kept + total) / (sampled.shape[2] + 1)
    return features, mean.detach()


def feature_buffer(path: ShufflePath, frames: Tensor, kept: Tensor | None) -> tuple[Tensor, Tensor]:
    """Run a subclip whose buffer frame stands in the trunk: B' = the newest frame of its first convolution's output.

    The stem sees the frames of the subclip alone, behind a zero frame.

    Args:
        path: The path.
        frames: The subclip, (N, C, T, H, W).
        kept: The buffer frame; zero where None.

    Returns:
        (features, the next buffer frame).
    """
    z = path.stem(path.stem.sample(frames))
    expanded = path.trunk.first.expand(z)
    # a copy, so that a state kept for long does not hold the whole subclip in memory
    newest = expanded[:, :, -1:].detach().clone()
    return path.trunk.from_expanded(z, expanded, kept), newest


BUFFERS: dict[str, Buffering] = {"feature": feature_buffer, "raw": raw_buffer}
"""By the name that an option gives them."""
