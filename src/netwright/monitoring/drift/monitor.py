"""The drift monitor: rows in, alarms out, the same whatever the size of the batches."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.bins import Bins
from netwright.monitoring.drift.capital import e_value
from netwright.monitoring.drift.effects.intervals import matters, told
from netwright.monitoring.drift.stored import Progress, read, write
from netwright.monitoring.drift.track import BLOCK, Judged, Track, advance, class_track, number_track, start
from netwright.monitoring.drift.verdicts import NEVER, WINDOW, Verdicts
from netwright.records.drift import DriftAlarm, DriftState, Effect, FeatureDrift
from netwright.records.errors import InputError
from netwright.records.reference import Reference

LEVEL = 0.01
CHUNK = 128
"""Rows that go through the arrays at once, a multiple of 8."""


class DriftMonitor:
    """Watches the numbers of what is served, and the classes predicted, for drift from the reference.

    Each feature's value is ranked among the reference and all rows before it; bets against uniform ranks turn a capital
    of 1 into an e-value that may be looked at after every row. A feature is discovered when its evidence suffices
    (`discover`), and rings, once, when an effect size over the rows since then (1000 at most) is at its threshold.

    While rows are exchangeable with the reference, the chance of any alarm, ever, is at most `level`. Rows are bet on
    in blocks of 8; up to 7 wait for their block.

    Args:
        reference: Of the package.
        seed: Of the numbers that break ties between ranks.
        level: Chance of any false alarm, however long one watches.
    """

    def __init__(self, reference: Reference, seed: int = 0, level: float = LEVEL) -> None:
        self.reference, self.seed, self.level = reference, seed, level
        self._tracks: tuple[Track, ...] = (number_track(reference), class_track(reference))
        self._features = tuple(one for track in self._tracks for one in track.features)
        self._sizes = tuple(sizes for track in self._tracks for sizes in track.sizes)
        self._bins = Bins(self._features)
        self._states = tuple(start(track) for track in self._tracks)
        self._verdicts = Verdicts.start(len(self._features))
        self._draws = np.random.Generator(np.random.PCG64(seed))
        self._rows = 0
        # the latest rows' bins; after the rows that were bet on come those that wait for their block
        self._latest = np.empty((0, len(self._features)), np.int16)
        self._waiting = np.empty((0, len(self._features)), np.int16)

    @property
    def rows(self) -> int:
        """Rows seen so far."""
        return self._rows + len(self._waiting)

    def observe(self, numbers: NDArray[np.float32], predicted: NDArray[np.int64]) -> list[DriftAlarm]:
        """Take in rows, and return the alarms that they raise.

        Args:
            numbers: (N, F) watched numbers, in the order of the reference's features; NaN where one is missing.
            predicted: (N,) predicted classes; -1 where there is no answer.

        Returns:
            One alarm a feature that rings for the first time.

        Raises:
            InputError: Another number of features, or not one prediction a row.
        """
        fresh = self._bins.of(self._joined(np.asarray(numbers), np.asarray(predicted)))
        rows = np.concatenate([self._waiting, fresh])
        whole = len(rows) - len(rows) % BLOCK
        alarms: list[DriftAlarm] = []
        for first in range(0, whole, CHUNK):
            alarms += self._take(rows[first : min(first + CHUNK, whole)])
        self._waiting = rows[whole:]
        return alarms

    def state(self) -> DriftState:
        """Return where each feature stands, with its effects over the latest rows."""
        verdicts = self._verdicts
        return DriftState(
            rows=self.rows,
            level=self.level,
            features=tuple(
                FeatureDrift(
                    feature=one.name,
                    group=one.group,
                    e_value=e_value(float(verdicts.log_values[index])),
                    since=int(verdicts.since[index]),
                    discovered=_row(verdicts.discovered[index]),
                    alarm=_row(verdicts.rang[index]),
                    effects=self._effects(index),
                )
                for index, one in enumerate(self._features)
            ),
        )

    def save(self) -> bytes:
        """Return all that was learnt, so that a restarted process goes on as if it had not been stopped."""
        return write(self._progress(), self.reference, self.seed, self.level)

    @classmethod
    def load(cls, content: bytes, reference: Reference) -> Self:
        """Return the monitor that `save` wrote.

        Args:
            content: The bytes.
            reference: The same reference.

        Returns:
            A monitor that answers all further rows as the saved one would have.
        """
        progress, seed, level = read(content, reference, cls(reference)._progress())
        monitor = cls(reference, seed, level)
        monitor._rows, monitor._states, monitor._verdicts = progress.rows, progress.tracks, progress.verdicts
        monitor._latest, monitor._waiting = progress.latest, progress.waiting
        # each row that was bet on took one draw a feature
        bits = np.random.PCG64(seed).advance(progress.rows * len(monitor._features))
        monitor._draws = np.random.Generator(bits)
        return monitor

    def _progress(self) -> Progress:
        return Progress(self._rows, self._states, self._verdicts, self._latest, self._waiting)

    def _joined(self, numbers: NDArray[np.float32], predicted: NDArray[np.int64]) -> NDArray[np.float32]:
        features = len(self.reference.features)
        if numbers.ndim != 2 or numbers.shape[1] != features:
            raise InputError(
                f"rows have shape {numbers.shape}, the reference has {features} features: "
                f"hand in (rows, {features}) numbers in the order of the reference"
            )
        if predicted.shape != numbers.shape[:1]:
            raise InputError(
                f"{len(numbers)} rows came with predictions of shape {predicted.shape}: hand in one for each row"
            )
        known = (predicted >= 0) & (predicted < len(self.reference.predicted))
        classes = np.where(known, predicted, np.nan).astype(np.float32)
        # what is too large for 32 bits becomes infinite, which is above the last edge as well
        with np.errstate(over="ignore"):
            return np.concatenate([numbers.astype(np.float32), classes[:, None]], axis=1)

    def _take(self, bins: NDArray[np.int16]) -> list[DriftAlarm]:
        draws = self._draws.random(bins.shape)
        states, judged, begin = [], [], 0
        for track, state in zip(self._tracks, self._states, strict=True):
            columns = slice(begin, begin + len(track.features))
            after, said = advance(track, state, bins[:, columns], draws[:, columns])
            states.append(after)
            judged.append(said)
            begin = columns.stop
        self._states = tuple(states)
        joined = Judged(
            np.concatenate([one.log_values for one in judged], axis=1),
            np.concatenate([one.began for one in judged], axis=1),
        )
        return self._judge(bins, joined)

    def _judge(self, bins: NDArray[np.int16], judged: Judged) -> list[DriftAlarm]:
        before = self._latest
        alarms = []
        for block, (log_values, began) in enumerate(zip(judged.log_values, judged.began, strict=True)):
            self._rows += BLOCK
            self._verdicts = self._verdicts.after(log_values, began, self._rows, self.level)
            waiting = np.flatnonzero(self._verdicts.waiting)
            if len(waiting):
                self._latest = np.concatenate([before, bins[: (block + 1) * BLOCK]])[-WINDOW:]
                alarms += [self._alarm(int(index)) for index in waiting if self._large(int(index))]
        self._latest = np.concatenate([before, bins])[-WINDOW:]
        return alarms

    def _alarm(self, index: int) -> DriftAlarm:
        self._verdicts = self._verdicts.ring(index, self._rows)
        return DriftAlarm(
            feature=self._features[index].name,
            group=self._features[index].group,
            row=self._rows,
            since=int(self._verdicts.since[index]),
            e_value=e_value(float(self._verdicts.log_values[index])),
            effects=self._effects(index),
        )

    def _large(self, index: int) -> bool:
        return matters(self._sizes[index], *self._tallies(index))

    def _effects(self, index: int) -> tuple[Effect, ...]:
        return told(self._sizes[index], *self._tallies(index), self.seed)

    def _tallies(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        reference = np.array(self._features[index].counts)
        first = self._verdicts.first(index, self._rows) - (self._rows - len(self._latest))
        rows = np.bincount(self._latest[max(first, 0) :, index], minlength=len(reference))
        return reference, rows.astype(np.int64)


def _row(rows: np.int64) -> int | None:
    return None if rows == NEVER else int(rows)
