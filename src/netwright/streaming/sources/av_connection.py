"""A camera or network stream, opened and decoded by PyAV."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netwright.records.errors import MissingExtraError
from netwright.streaming.sources.clock import Clock, WallClock
from netwright.streaming.sources.connection import LostError

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

UNTIMED = {"mjpeg", "mpjpeg", "image2", "png_pipe"}
"""Formats without times: the decoder numbers their frames as if they came 25 times a second."""


@dataclass(frozen=True)
class AvOpener:
    """Opens what PyAV can read and gives it up after some seconds without a frame.

    Args:
        name: In messages; without passwords.
        address: As FFmpeg wants it.
        format: FFmpeg's name of the input device; None finds it out.
        options: Of FFmpeg.
        patience: Seconds without a frame after which the source counts as stalled.
        clock: What these seconds are counted on.
    """

    name: str
    address: str
    format: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    patience: float = 10.0
    clock: Clock = field(default_factory=WallClock)

    def open(self) -> "AvConnection":
        """Connect.

        Returns:
            The connection, before its first frame.

        Raises:
            LostError: Nothing is there, it does not answer in time, or it gives no video.
            MissingExtraError: PyAV is not installed.
        """
        try:
            import av
        except ImportError as error:
            raise MissingExtraError("decoding video", "video") from error
        try:
            container = av.open(
                self.address,
                format=self.format,
                options=dict(self.options),
                timeout=(self.patience, self.patience),
                metadata_errors="replace",
            )
        except av.FFmpegError as error:
            raise LostError(self._why(error)) from error
        if not container.streams.video:
            container.close()
            raise LostError("it has no video, only sound")
        return AvConnection(container, self.patience, self.clock, self._why)

    def _why(self, error: Exception) -> str:
        import av

        if isinstance(error, av.ExitError):
            # the decoder was interrupted because its time was over
            return f"it gave nothing for {self.patience:g} s"
        return f"it cannot be read ({getattr(error, 'strerror', None) or error})"


class AvConnection:
    """The first video stream of an open container; see `netwright.streaming.sources.connection.Connection`.

    Args:
        container: What PyAV opened.
        patience: Seconds without a frame after which it counts as stalled.
        clock: What these seconds are counted on.
        why: Puts an error of the decoder into words.
    """

    def __init__(
        self, container: "InputContainer", patience: float, clock: Clock, why: Callable[[Exception], str]
    ) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._patience = patience
        self._clock = clock
        self._why = why
        self._damaged = 0
        self._timed = not UNTIMED & set(container.format.name.split(","))

    @property
    def rate(self) -> float | None:
        """Frames a second as the source states it."""
        rate = self._stream.average_rate
        return float(rate) if rate and self._timed else None

    @property
    def ends(self) -> bool:
        """Whether it is a recording: its length is known."""
        return self._container.duration is not None and self._timed

    @property
    def damaged(self) -> int:
        """How often so far something arrived that could not be decoded."""
        return self._damaged

    def __iter__(self) -> Iterator[tuple["VideoFrame", float | None]]:
        """Return frames as they arrive.

        Yields:
            Each frame, and its seconds, None where the source tells no times.

        Raises:
            LostError: It broke off, or gave no frame for too long.
        """
        import av

        heard = self._clock.now()
        try:
            for packet in self._container.demux(self._stream):
                for frame in self._decode(packet):
                    heard = self._clock.now()
                    yield frame, frame.time if self._timed else None
                if self._clock.now() - heard > self._patience:
                    raise LostError(f"it gave no whole frame for {self._patience:g} s")
        except av.FFmpegError as error:
            raise LostError(self._why(error)) from error

    def close(self) -> None:
        """Let go of it."""
        self._container.close()

    def _decode(self, packet: "Packet[VideoStream]") -> "list[VideoFrame]":
        import av

        try:
            return self._stream.decode(packet)
        except av.InvalidDataError:
            # packets are lost on networks; the next key frame mends the picture
            self._damaged += 1
            return []
