"""Engines for the tests of execution: small, countable, and able to crash, hang and wait on command.

What a worker's engine does is steered by its inputs, and by files, since it lives in another process.
"""

import os
import signal
import time
from pathlib import Path

import numpy as np

from netwright.serving.engine import Answers

CRASH, HANG, RAISE, FREEZE = -1.0, -2.0, -3.0, -4.0
"""First values of a sample that make `Steered` end its process, wait for good, raise, or stop it."""


def rows(values, width=3):
    """Return one sample for each value: the value, then zeros."""
    inputs = np.zeros((len(values), width), dtype=np.float32)
    inputs[:, 0] = values
    return inputs


def expected(inputs):
    """Return what every engine here answers: the value and its square, and as embedding ten times the value."""
    first = inputs[:, 0].astype(np.float32)
    return Answers(np.stack([first, first**2], axis=1), (10 * first)[:, None])


class Counting:
    """Answers, and keeps what it was asked."""

    name = "counting"

    def __init__(self):
        self.batches = []

    @property
    def seen(self):
        return [value for batch in self.batches for value in batch]

    def answer(self, inputs):
        self.batches.append(inputs[:, 0].tolist())
        if RAISE in inputs[:, 0]:
            raise ValueError("a bad sample")
        return expected(inputs)


class Steered:
    """Answers; writes each batch as a line of a file before it does, and obeys the values above.

    Args:
        log: The file; None writes nothing.
        gate: It answers only while this file does not exist; None always.
        seconds: That every batch takes at least.
    """

    name = "steered"

    def __init__(self, log=None, gate=None, seconds=0.0):
        self.log, self.gate, self.seconds = log, gate, seconds

    def answer(self, inputs):
        values = inputs[:, 0]
        if self.log is not None:
            with Path(self.log).open("a") as file:
                file.write(" ".join(f"{value:g}" for value in values) + "\n")
        if RAISE in values:
            raise ValueError("a bad sample")
        if CRASH in values:
            os.kill(os.getpid(), signal.SIGKILL)
        if FREEZE in values:
            os.kill(os.getpid(), signal.SIGSTOP)
        while HANG in values or (self.gate is not None and Path(self.gate).exists()):
            time.sleep(0.002)
        if self.seconds:
            time.sleep(self.seconds)
        return expected(inputs)


class Mute:
    """Answers one row too few."""

    name = "mute"

    def answer(self, inputs):
        return Answers(expected(inputs).logits[1:])


class Bare:
    """Answers without an embedding."""

    name = "bare"

    def answer(self, inputs):
        return Answers(expected(inputs).logits)


def cannot_open():
    raise FileNotFoundError("no model here")


def dies_when_opened():
    os.kill(os.getpid(), signal.SIGKILL)


def dies_while(path):
    """Open an engine, unless a file exists: then die."""
    if Path(path).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return Steered()


def opened_after(path, **options):
    """Open an engine as soon as a file is gone."""
    while path is not None and Path(path).exists():
        time.sleep(0.002)
    return Steered(**options)
