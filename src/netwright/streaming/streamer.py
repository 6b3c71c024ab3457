"""A network of clips that runs frame by frame: the public face of streaming."""

import hashlib
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from netwright.records.errors import ModelError, nearest
from netwright.records.streaming import StreamMemory
from netwright.streaming.convert import Converted, convert
from netwright.streaming.heads.cumulative import Cumulative
from netwright.streaming.heads.head import Head
from netwright.streaming.memory import memory_of
from netwright.streaming.mode import MODES, Mode
from netwright.streaming.state import StreamState, check_state

TIME = 2
"""The axis of time in a clip (N, C, T, H, W)."""


class Streamer:
    """A network that takes frames as they come, and holds no state: state in, state out.

    After steps with t frames in all, its answer is that of `offline` on those t frames, whatever the chunks were.

    Args:
        converted: The network as a stream.
        model: The network; its weights are shared as far as they were not folded.
        example: The clip that it was made with.
        mode: Causal or delayed.
        head: What became of pools over all frames.
    """

    def __init__(self, converted: Converted, model: nn.Module, example: Tensor, mode: Mode, head: Head) -> None:
        self._graph, self._newest = converted.graph, converted.newest
        self._flow = converted.output
        self._frame = (example.shape[1], *example.shape[3:])
        self._floating = example.is_floating_point()
        self._example = (str(example.dtype), example.device)
        self.mode, self.notes = mode.name, converted.notes
        self.fingerprint = _fingerprint(model, (mode.name, repr(head), tuple(example.shape[1:]), str(example.dtype)))

    @torch.no_grad()
    def step(self, chunk: Tensor, state: StreamState | None = None) -> tuple[Tensor | None, StreamState]:
        """Take new frames.

        Args:
            chunk: (N, C, n, H, W) with n >= 1 frames of each of N videos.
            state: What the step before returned; None at the start of the videos.

        Returns:
            (the answer, or None where there is none yet, or nothing new; the new state). The answer is (N, K) where the
            network gives one for a clip, and the new frames of its output where it gives one for each frame.

        Raises:
            ModelError: The chunk or the state does not fit.
        """
        self._check(chunk)
        before = state if state is not None else self._start(chunk)
        check_state(before, self.fingerprint, chunk)
        answer, kept = self._graph.step(chunk, before.kept, last=False)
        after = StreamState(self.fingerprint, kept, before.frames + chunk.shape[TIME], before.batch, before.dtype)
        return self._shaped(answer), after

    @torch.no_grad()
    def flush(self, state: StreamState) -> tuple[Tensor | None, StreamState]:
        """End a video: what waited for frames of the future gets the network's own padding instead.

        Args:
            state: What the last step returned.

        Returns:
            (the last answer, or None where nothing is new; the state, which takes no more frames).

        Raises:
            ModelError: The state does not fit.
        """
        check_state(state, self.fingerprint, None)
        answer, kept = self._graph.step(None, state.kept, last=True)
        ended = StreamState(self.fingerprint, kept, state.frames, state.batch, state.dtype, ended=True)
        return self._shaped(answer), ended

    @torch.no_grad()
    def offline(self, clip: Tensor) -> Tensor:
        """Return the answer for a whole clip, computed at once: what the stream must equal after its frames.

        Args:
            clip: (N, C, T, H, W).

        Returns:
            The answer; in mode delayed, what the network itself says up to rounding (unless `notes` says otherwise).

        Raises:
            ModelError: The clip does not fit.
            InputError: It is too short for an answer.
        """
        self._check(clip)
        answer = self._shaped(self._graph.offline(clip))
        assert answer is not None
        return answer

    def memory(self, batch: int = 1) -> StreamMemory:
        """Return what the state takes at most, for so many videos at once, before anything has run."""
        return memory_of(self._graph, batch, self._flow.late)

    def _start(self, chunk: Tensor) -> StreamState:
        return StreamState(self.fingerprint, self._graph.start(), 0, chunk.shape[0], str(chunk.dtype))

    def _check(self, chunk: Tensor) -> None:
        wanted = f"(N, {self._frame[0]}, n, {', '.join(map(str, self._frame[1:]))})"
        if not isinstance(chunk, Tensor):
            raise ModelError(f"found frames of type {type(chunk).__name__}; this stream takes a tensor {wanted}")
        shape = tuple(chunk.shape)
        if len(shape) != len(self._frame) + 2 or (shape[1], *shape[3:]) != self._frame:
            raise ModelError(f"found frames of shape {shape}; this stream takes {wanted}, as its example was")
        if 0 in shape:
            raise ModelError(f"found a chunk of shape {shape} without frames; a chunk has at least one: {wanted}")
        dtype, device = self._example
        if str(chunk.dtype) != dtype:
            raise ModelError(f"found frames of {chunk.dtype}; this stream takes {dtype}, as its example was")
        if chunk.device != device:
            raise ModelError(f"found frames on {chunk.device}; this stream is on {device}: move one of the two")

    def _shaped(self, answer: Tensor | None) -> Tensor | None:
        """Return an answer as the network shapes it."""
        if answer is None or self._newest or not self._flow.rows:
            return answer
        return answer.flatten(0, 1)


def stream(model: nn.Module, example: Tensor, mode: str = "causal", head: Head | None = None) -> Streamer:
    """Make any network of clips run frame by frame in constant memory.

    `causal`: no operation sees the future; every temporal window stands on the frames up to now (see
    `netwright.streaming.mode.Causal`). A network that is causal already stays exactly as it is. `delayed`: the network
    itself, whose answer for a frame waits for the frames that it needs; `flush` ends the video.

    The network is recorded once, in evaluation mode, and every operation becomes a piece that equals its offline run
    after any chunks; batch normalisations are folded into the convolutions before them. What cannot run on a stream is
    refused by name.

    Args:
        model: Takes clips (N, C, T, H, W); it is not changed.
        example: A clip; its shape but for N and T, its type and its device are those of every later chunk.
        mode: `causal` or `delayed`.
        head: What becomes of pools over all frames; the mean of all frames so far if not given.

    Returns:
        The stream.

    Raises:
        ModelError: The example is no clip, the mode is unknown, or an operation cannot run on a stream.

    Source: Kondratyuk et al. 2021, "MoViNets", section 3.2 (stream buffers); Hedegaard and Iosifidis 2022, "Continual
    3D Convolutional Neural Networks", section 3.

    >>> _ = torch.manual_seed(0)
    >>> network = nn.Sequential(nn.Conv3d(3, 4, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten())
    >>> clip = torch.randn(1, 3, 8, 6, 6)
    >>> streamer, state = stream(network, clip), None
    >>> for frame in clip.split(1, dim=2):
    ...     answer, state = streamer.step(frame, state)
    >>> torch.allclose(answer, streamer.offline(clip), atol=1e-6), streamer.memory().total
    (True, 896)
    """
    if not isinstance(example, Tensor) or example.dim() != TIME + 3 or 0 in example.shape:
        found = tuple(example.shape) if isinstance(example, Tensor) else type(example).__name__
        raise ModelError(f"found the example {found}; hand in a clip (N, C, T, H, W) with at least one frame")
    known = {one.name: one for one in MODES}
    if mode not in known:
        raise ModelError(f"there is no mode {mode!r}. {nearest(mode, list(known))}")
    head = head if head is not None else Cumulative()
    converted = convert(model, example, TIME, known[mode], head)
    return Streamer(converted, model, example, known[mode], head)


def _fingerprint(model: nn.Module, facts: tuple[object, ...]) -> str:
    digest = hashlib.sha256(repr(facts).encode())
    for name, array in _arrays(model):
        digest.update(name.encode())
        digest.update(array)
    return digest.hexdigest()


def _arrays(model: nn.Module) -> Iterator[tuple[str, bytes]]:
    for name, tensor in model.state_dict().items():
        yield name, tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
