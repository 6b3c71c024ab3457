"""One stream of one source: frames in, predictions out, nothing shared with any other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor

from netwright.data.frame_form import FrameForm, Scaler
from netwright.records.errors import InputError, ModelError
from netwright.records.live import ClassProbability, LiveUpdate
from netwright.streaming.pace import Pace
from netwright.streaming.sources.clock import Clock, WallClock
from netwright.streaming.sources.frame import Frame
from netwright.streaming.sources.source import Source


class Stepping(Protocol):
    """What a session needs of a `netwright.streaming.streamer.Streamer`."""

    def step(self, chunk: Tensor, state: Any = None) -> tuple[Tensor | None, Any]:
        """Take frames (1, 3, n, h, w) and the state before them; return logits or None, and the state after them."""
        ...

    def flush(self, state: Any) -> tuple[Tensor | None, Any]:
        """Return what the end of the video adds."""
        ...


class Seen(NamedTuple):
    """A frame that was taken, and the prediction that came with it.

    Args:
        frame: The frame; None behind the last one of a video, where its end lets a prediction come.
        update: The prediction; None where none is due yet.
    """

    frame: Frame | None
    update: LiveUpdate | None


@dataclass(frozen=True)
class Session:
    """What a stream needs besides its source.

    A session holds no state of a stream: all of it lives in the iterator that `run` returns. So sessions, and several
    runs of one, may share a streamer, in one thread or in many, and never see each other's frames. State starts anew
    with every video: with each file of a folder, and when a live source was connected again.

    Args:
        streamer: The network.
        form: In which the network was trained to see frames: data sets cut their clips in the same one.
        classes: What each logit means.
        top: How many classes an update names.
        chunk: Frames that are taken together: more is cheaper a frame and later in its answer.
        stride: Every stride-th frame is taken, from the first of each video: as the clips of the training were cut.
        clock: The clock of the source.

    Raises:
        InputError: `top`, `chunk` or `stride` is less than 1.
    """

    streamer: Stepping
    form: FrameForm
    classes: Sequence[str]
    top: int = 5
    chunk: int = 1
    stride: int = 1
    clock: Clock = field(default_factory=WallClock)

    def __post_init__(self) -> None:
        for name, count in (("top", self.top), ("chunk", self.chunk), ("stride", self.stride)):
            if count < 1:
                raise InputError(f"{name}: found {count}; give at least 1")

    def run(self, source: Source) -> Iterator[Seen]:
        """Take every frame of a source.

        Args:
            source: Where frames come from; the caller closes it.

        Yields:
            Each frame, with an update where one is due; the end of a video may bring one more.

        Raises:
            ModelError: The network does not answer with one logit a class.
        """
        video: _Video | None = None
        pace = Pace()
        for frame in source:
            if video is None or video.newest.part != frame.part:
                yield from video.end(source) if video is not None else ()
                video = _Video(self, pace, frame)
            pace.took(self.clock.now())
            yield Seen(frame, video.take(frame, source))
        yield from video.end(source) if video is not None else ()


class _Video:
    """The state of one video."""

    def __init__(self, session: Session, pace: Pace, first: Frame) -> None:
        self.newest = first
        self._session = session
        self._pace = pace
        self._scaler = Scaler()
        self._state: Any = None
        self._waiting: list[Tensor] = []
        self._came = self._taken = 0

    def take(self, frame: Frame, source: Source) -> LiveUpdate | None:
        self._came += 1
        if (self._came - 1) % self._session.stride:
            return None
        self.newest = frame
        self._taken += 1
        pixels = frame.formed(self._session.form, self._scaler)
        self._waiting.append(torch.from_numpy(pixels).permute(2, 0, 1))
        if len(self._waiting) < self._session.chunk:
            return None
        return self._told(self._step(), source)

    def end(self, source: Source) -> Iterator[Seen]:
        before = self._step() if self._waiting else None
        with torch.inference_mode():
            after, self._state = self._session.streamer.flush(self._state)
        update = self._told(before if after is None else after, source)
        if update is not None:
            yield Seen(None, update)

    def _step(self) -> Tensor | None:
        chunk = torch.stack(self._waiting, dim=1)[None]
        self._waiting = []
        with torch.inference_mode():
            logits, self._state = self._session.streamer.step(chunk, self._state)
        return logits

    def _told(self, logits: Tensor | None, source: Source) -> LiveUpdate | None:
        if logits is None:
            return None
        top = _top(logits, self._session)
        self._pace.predicted(self._session.clock.now() - self.newest.arrived)
        latency = self._pace.latency()
        assert latency is not None
        return LiveUpdate(
            video=self.newest.video,
            time=self.newest.time,
            frame=self._taken,
            top=top,
            rate=self._pace.rate(),
            latency=latency,
            losses=source.losses(),
        )


def _top(logits: Tensor, session: Session) -> tuple[ClassProbability, ...]:
    """Return the most probable classes of the newest answer of (1, K) or (1, K, n) logits."""
    if logits.ndim not in {2, 3} or logits.shape[:2] != (1, len(session.classes)):
        raise ModelError(
            f"the stream answered with {tuple(logits.shape)} for {len(session.classes)} classes; "
            f"give a network whose output is (1, {len(session.classes)}), or its right classes"
        )
    newest = logits if logits.ndim == 2 else logits[:, :, -1]
    found = torch.topk(newest[0].float().softmax(0), min(session.top, len(session.classes)))
    pairs = zip(found.values.tolist(), found.indices.tolist(), strict=True)
    return tuple(ClassProbability(name=session.classes[index], probability=value) for value, index in pairs)
