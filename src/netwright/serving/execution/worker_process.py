"""The process of a worker: opens an engine, and answers batches until the service is gone.

It is started as `python -m netwright.serving.execution.worker_process DESCRIPTOR INTERVAL SERVICE`, the last one the
process id of the service. The first two messages on the channel are the search path and what opens the engine, as
multiprocessing sends what a process is to run; the rest are frames.
"""

import contextlib
import ctypes
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

import numpy as np

from netwright.serving.engine import Answers, Engine
from netwright.serving.execution.frames import Answered, Ask, Failed, Opened, inputs_of
from netwright.serving.execution.heartbeat import Heart
from netwright.serving.execution.wire import Wire
from netwright.serving.forms.form import Inputs

logger = logging.getLogger(__name__)

LONGEST = 1000
PR_SET_PDEATHSIG = 1


def run_worker(channel: socket.socket, interval: float) -> None:
    """Open the engine that the service names, and answer until the channel is closed.

    Args:
        channel: A connected stream socket.
        interval: Seconds between two heartbeats.
    """
    with Connection(os.dup(channel.fileno())) as letters:
        sys.path[:] = letters.recv()
        opener: Callable[[], Engine] = letters.recv()
    wire = Wire(channel)
    heart = Heart(wire, interval)
    heart.start()
    try:
        engine = opener()
    except Exception as error:
        logger.exception("the engine could not be opened")
        wire.send(Failed(None, told(error)))
        return
    wire.send(Opened(engine.name))
    for message, body in wire.received():
        if isinstance(message, Ask):
            _answer(wire, heart, engine, message.number, inputs_of(message, body))


def told(error: Exception) -> str:
    """Return an exception in a line.

    >>> told(ValueError("no such file"))
    'ValueError: no such file'
    """
    return f"{type(error).__name__}: {error}"[:LONGEST]


def _answer(wire: Wire, heart: Heart, engine: Engine, number: int, inputs: Inputs) -> None:
    heart.busy_since = time.monotonic()
    try:
        answers = _checked(engine.answer(inputs), len(inputs))
    except Exception as error:
        # an engine may raise anything, and what one request provokes must not cost the others their worker
        logger.exception("the engine failed on a batch of %d samples", len(inputs))
        heart.busy_since = None
        wire.send(Failed(number, told(error)))
        return
    seconds = time.monotonic() - heart.busy_since
    heart.busy_since = None
    logits, embedding = answers
    arrays = (logits,) if embedding is None else (logits, embedding)
    wire.send(Answered(number, seconds, logits.shape, None if embedding is None else embedding.shape), *arrays)


def _checked(answers: Answers, samples: int) -> Answers:
    """Return answers as they travel; wrong counts would hand one client the answers to another."""
    arrays = [np.ascontiguousarray(part, dtype=np.float32) for part in answers if part is not None]
    if any(part.ndim != 2 or len(part) != samples for part in arrays):
        raise ValueError(f"answers of shape {[part.shape for part in arrays]} to {samples} samples")
    return Answers(*arrays)


def _settle(service: int) -> None:
    # Ctrl-C and a stop of the whole group are for the service, which answers what it has accepted first
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # what the engine prints must not come between the lines of the service
    os.dup2(2, 1)
    if sys.platform == "linux":
        # the kernel ends this process with the service, even while C code keeps Python from running
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != service:
            os._exit(1)


if __name__ == "__main__":
    _settle(int(sys.argv[3]))
    # a service that was killed resets the channel
    with contextlib.suppress(ConnectionError, EOFError):
        run_worker(socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]))
    # nothing is left to do, and threads of an engine must not delay the end
    os._exit(0)
