"""The 3D causal ShuffleNet in dual paths: a video classifier of 0.61 M parameters that reads subclip after subclip.

What differs from the released code, and where:

- The state goes in and comes out of `step`; nothing of a video stays in the module, so batches of videos never mix, and
  each may have another size.
- Every convolution in time is causal. The released ones of stride 1 read one frame of the future; those of stride 2
  read the same frames as here.
- Any clip of one frame or more is answered (see `split_subclips`); the released network needs 16 frames.
- Frames are scaled by `ClipInput`, as for every model of videos.

Weights start as torch's layers do, as in the released code.
"""

import torch
from torch import Tensor, nn

from netwright.models.options import among, within
from netwright.models.video.clip_input import ClipInput
from netwright.models.video.clip_shape import clip_shape
from netwright.models.video.dual_path_stems import fast_stem, slow_stem
from netwright.models.video.shuffle_unit import BOTTLENECK, ShuffleTrunk
from netwright.models.video.stream_buffer import BUFFERS, Buffering, ShufflePath, StreamBuffer
from netwright.models.video.subclips import LOSS_ON, Answer, SubclipLogits, split_subclips
from netwright.records.errors import CandidateError, ModelError

STEM = 24
STAGES = {1: (144, 288, 576), 2: (200, 400, 800), 3: (120, 240, 480), 4: (272, 544, 1088), 8: (384, 768, 1536)}
"""Channels of the stages for each number of groups: ShuffleNet's table 1, halved for 3 groups as published."""
TEMPORAL_STRIDE = 16
"""Frames of the video for each frame of features, on both paths."""
LONGEST_SUBCLIP = 1024


class CausalShuffleNet(nn.Module):
    """Two paths, whose features are joined and answered by one linear layer.

    Args:
        slow: The spatial path.
        fast: The temporal path.
        head: From the joined features (N, C) to logits.
        subclip: Frames of a subclip.
        buffering: What the paths carry from one subclip to the next.
        answer: From the logits after each subclip to what the module returns in training.
    """

    def __init__(
        self,
        slow: ShufflePath,
        fast: ShufflePath,
        head: nn.Module,
        *,
        subclip: int,
        buffering: Buffering,
        answer: Answer,
    ) -> None:
        super().__init__()
        self.input = ClipInput()
        self.slow = slow
        self.fast = fast
        self.pool = nn.Sequential(nn.AdaptiveAvgPool3d(1), nn.Flatten())
        self.head = head
        self.subclip = subclip
        self._buffering = buffering
        self._answer = answer

    def forward(self, clips: Tensor) -> Tensor | SubclipLogits:
        """Return the answer to clips (N, C, T, H, W), each read from its start: the logits after the last subclip.

        In training mode a network that is trained on each subclip returns `SubclipLogits` where there are several.
        """
        each: list[Tensor] = []
        state: StreamBuffer | None = None
        for part in split_subclips(self.input(_checked(clips)), self.subclip):
            logits, state = self.step(part, state)
            each.append(logits)
        return self._answer(each) if self.training else each[-1]

    def step(self, clips: Tensor, state: StreamBuffer | None = None) -> tuple[Tensor, StreamBuffer]:
        """Read the next subclip of each video.

        Args:
            clips: (N, C, subclip, H, W), uint8 or floating; fewer frames where videos start, with zeros before them.
            state: What the step before returned for the same videos; None where they start.

        Returns:
            (logits (N, K), the state for the next step, through which no gradient flows).

        Raises:
            ModelError: The clips are no subclip, or the state belongs to other videos or another network.

        >>> network = causal_shufflenet((3, 32, 32, 32), 5, width=0.25).eval()
        >>> clips = torch.rand(2, 3, 32, 32, 32)
        >>> with torch.no_grad():
        ...     _, state = network.step(clips[:, :, :16])
        ...     logits, state = network.step(clips[:, :, 16:], state)
        ...     torch.equal(logits, network(clips))
        True
        """
        frames = self.input(_checked(clips))
        if frames.shape[2] != self.subclip:
            frames = self._completed(frames, state)
        slow, next_slow = self._buffering(self.slow, frames, None if state is None else state.slow)
        fast, next_fast = self._buffering(self.fast, frames, None if state is None else state.fast)
        logits: Tensor = self.head(torch.cat([self.pool(slow), self.pool(fast)], dim=1))
        return logits, StreamBuffer(next_slow, next_fast)

    def whole_clip(self) -> "WholeClip":
        """Return the network without subclips, with the same weights: what can be made to run frame by frame."""
        return WholeClip(self)

    def extra_repr(self) -> str:
        """Return what tells one from another."""
        return f"subclip={self.subclip}, {self._buffering.__name__}, {self._answer.__name__}"

    def _completed(self, frames: Tensor, state: StreamBuffer | None) -> Tensor:
        count = frames.shape[2]
        if not 0 < count < self.subclip or state is not None:
            few = "; fewer only at the start of a video (state None)" if 0 < count < self.subclip else ""
            raise ModelError(f"found a step of {count} frames; collect {self.subclip} of them{few}")
        return split_subclips(frames, self.subclip)[0]


class WholeClip(nn.Module):
    """A causal ShuffleNet that reads a clip of any length in one pass: y = head(mean over time of the features).

    It has no buffer: the frame where the buffer stood is padding, a constant zero, once at the start of the clip. So
    every operation is local in time or a mean over all of it, and the network can be converted to run frame by frame.

    For one subclip from the start of a video, it equals `step`. For more, it is another function of the same weights:
    where a subclip starts, its convolutions read the true frames before in place of the buffer and of zeros, and
    features are averaged over the whole clip in place of the last subclip. A network whose `subclip` is the length of
    its training clips is trained as this function. A frame of features follows every 16th frame of the video (on the
    spatial path, which does not read that frame, the one before it); until then, the newest frames do not count.

    Args:
        network: Whose weights are shared.

    >>> network = causal_shufflenet((3, 16, 32, 32), 5, width=0.25).eval()
    >>> clip = torch.rand(1, 3, 16, 32, 32)
    >>> torch.equal(network.whole_clip()(clip), network(clip))
    True
    """

    def __init__(self, network: CausalShuffleNet) -> None:
        super().__init__()
        self.input = network.input
        self.slow = network.slow
        self.fast = network.fast
        self.pool = network.pool
        self.head = network.head
        # the mode of this module alone: the shared parts keep theirs
        self.training = network.training

    def forward(self, clips: Tensor) -> Tensor:
        """Return logits (N, K) of clips (N, C, T, H, W) with T >= 16.

        Raises:
            ModelError: The clips are shorter, or no clips.
        """
        if _checked(clips).shape[2] < TEMPORAL_STRIDE:
            raise ModelError(
                f"found clips of {clips.shape[2]} frames; the first features follow frame {TEMPORAL_STRIDE}: pass at "
                "least as many"
            )
        frames = self.input(clips)
        logits: Tensor = self.head(torch.cat([self.pool(self.slow(frames)), self.pool(self.fast(frames))], dim=1))
        return logits


def causal_shufflenet(
    shape: tuple[int, ...],
    classes: int,
    *,
    buffer: str = "feature",
    subclip: int = 16,
    groups: int = 3,
    width: float = 1.0,
    dropout: float = 0.2,
    loss_on: str = "each",
) -> CausalShuffleNet:
    """Return the 3D causal ShuffleNet in dual paths: 613,661 parameters as published, for 101 classes.

    97.9 M multiply-adds for 16 frames of 112x112, with either buffer.

    Source: Zhao and Zheng, "3D Causal ShuffleNet in Dual Paths for Efficient Action Recognition", section 4, and the
    code released with it.

    Args:
        shape: Of a clip: (channels, frames, height, width).
        classes: How many logits.
        buffer: What a subclip hands to the next: "feature" (the paper) or "raw" (the released code).
        subclip: Frames of a subclip, a multiple of 16.
        groups: Of the 1x1x1 convolutions: 1, 2, 3, 4 or 8.
        width: Multiplies the channels, which are then rounded to multiples that the groups divide.
        dropout: Share of the joined features that is silenced in training.
        loss_on: What counts in training: "each" subclip, or the "last" one.

    Returns:
        A module from (N, C, T, H, W) to logits (N, classes), with `step` and `whole_clip`.

    Raises:
        CandidateError: The shape is none of clips, or an option has a senseless value.

    >>> network = causal_shufflenet((3, 16, 112, 112), 101)
    >>> sum(parameter.numel() for parameter in network.parameters())
    613661
    """
    channels = clip_shape("causal-shufflenet", shape)[0]
    _check(buffer, subclip, groups, width, dropout, loss_on)
    stem = _scaled(STEM, width, groups)
    stages = [_scaled(stage, width, BOTTLENECK * groups) for stage in STAGES[groups]]
    slow, fast = (
        ShufflePath(make(channels, stem), ShuffleTrunk(stem, stages, groups)) for make in (slow_stem, fast_stem)
    )
    head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * stages[-1], classes))
    return CausalShuffleNet(slow, fast, head, subclip=subclip, buffering=BUFFERS[buffer], answer=LOSS_ON[loss_on])


def _checked(clips: Tensor) -> Tensor:
    if clips.dim() != 5:
        raise ModelError(
            f"found a tensor of shape {tuple(clips.shape)}; pass clips (videos, channels, frames, height, width)"
        )
    return clips


def _scaled(channels: int, width: float, multiple: int) -> int:
    return max(multiple, multiple * round(channels * width / multiple))


def _check(buffer: str, subclip: int, groups: int, width: float, dropout: float, loss_on: str) -> None:
    among("causal-shufflenet.buffer", buffer, tuple(BUFFERS))
    among("causal-shufflenet.groups", groups, tuple(STAGES))
    within("causal-shufflenet.width", width, 0.1, 16)
    within("causal-shufflenet.dropout", dropout, 0, 0.95)
    among("causal-shufflenet.loss_on", loss_on, tuple(LOSS_ON))
    lengths = range(TEMPORAL_STRIDE, LONGEST_SUBCLIP + 1, TEMPORAL_STRIDE)
    if isinstance(subclip, bool) or not isinstance(subclip, int) or subclip not in lengths:
        raise CandidateError(
            f"causal-shufflenet.subclip: found {subclip!r}; write a multiple of {TEMPORAL_STRIDE} frames, the stride "
            f"of the features in time, up to {LONGEST_SUBCLIP}"
        )
