"""The newest frame, handed from the thread that reads a live source to the one that looks at its frames."""

from threading import Condition

from netwright.streaming.sources.frame import Frame


class Latest:
    """A place for one frame: the newest wins, and those that nobody took are counted.

    A queue would let a model that is slower than its camera fall behind for ever; with one place it skips frames and
    stays in the present.

    >>> import numpy as np
    >>> place, pixels = Latest(), np.zeros((1, 1, 3), np.uint8)
    >>> for moment in (0.0, 1.0):
    ...     place.put(Frame(pixels, moment, moment, "camera 0"))
    >>> place.end()
    >>> place.take().time, place.dropped, place.take()
    (1.0, 1, None)
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._frame: Frame | None = None
        self._dropped = 0
        self._ended = False
        self._error: BaseException | None = None

    @property
    def dropped(self) -> int:
        """Frames that a newer one took the place of."""
        with self._changed:
            return self._dropped

    def put(self, frame: Frame) -> None:
        """Leave a frame."""
        with self._changed:
            self._dropped += self._frame is not None
            self._frame = frame
            self._changed.notify_all()

    def end(self, error: BaseException | None = None) -> None:
        """Let `take` return None, or raise an error, once the last frame is taken; the first end counts."""
        with self._changed:
            if not self._ended:
                self._ended, self._error = True, error
            self._changed.notify_all()

    def take(self) -> Frame | None:
        """Wait for a frame that was not taken yet; None after the end.

        Returns:
            The newest frame.

        Raises:
            BaseException: What ended the source, if an error did.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._ended)
            frame, self._frame = self._frame, None
            if frame is None and self._error is not None:
                raise self._error
            return frame
