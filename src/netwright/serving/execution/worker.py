"""One worker, seen from the service: its process, its channel, and whether it is alive."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import cast

from netwright.machine.fork_server import THREAD_VARIABLES
from netwright.serving.engine import Answers
from netwright.serving.execution.frames import Answered, Ask, Beat, Failed, Frames, Opened, answers_of, packed
from netwright.serving.execution.patience import Patience
from netwright.serving.execution.pending import Piece, gathered

MODULE = "netwright.serving.execution.worker_process"
SILENT = 1.9
AGAIN = 0.1


@dataclass(frozen=True)
class Ears:
    """What a worker tells its runner, in the event loop.

    Args:
        opened: Its engine is there.
        answered: The pieces of a batch, their answers, and the seconds they took.
        failed: The pieces of a batch that its engine could not answer, and why.
        lost: The pieces of the batch that it was computing when it was lost.
    """

    opened: Callable[[], None]
    answered: Callable[[list[Piece], Answers, float], None]
    failed: Callable[[list[Piece], str], None]
    lost: Callable[[list[Piece]], None]


class Worker(asyncio.Protocol):
    """A process with an engine; it is used once, from its start to its death.

    It is lost when its channel closes, which the kernel does at once when the process ends, when it sends no heartbeat
    for two intervals, or when it takes longer than its patience. A lost worker is killed.

    Args:
        letter: What opens its engine, as multiprocessing pickles it.
        ears: Who is told.
        interval: Seconds between two heartbeats.
        threads: Threads of its numerical libraries, where the environment does not say.
        patience: Its limits.
    """

    def __init__(self, letter: bytes, ears: Ears, interval: float, threads: int, patience: Patience) -> None:
        self.ready = False
        self.opened = False
        self.pieces: list[Piece] = []
        self.refusal: str | None = None
        self.pid: int | None = None
        self._letter = letter
        self._ears = ears
        self._interval = interval
        self._threads = threads
        self._patience = patience
        self._frames = Frames()
        self._number = 0
        self._suspected = False
        self._began = self._heard = time.monotonic()
        self._lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    @property
    def free(self) -> bool:
        """Whether it could take a batch now."""
        return self.ready and not self.pieces

    async def run(self) -> str:
        """Start the process, and return why it was lost; it is gone then, also where this is cancelled."""
        try:
            ours, process = self._spawn()
        except OSError as error:
            return f"its process could not be started: {error}"
        self.pid = process.pid
        look = None
        try:
            self._send_letters(ours)
            loop = asyncio.get_running_loop()
            ours.setblocking(False)
            await loop.create_unix_connection(lambda: self, sock=ours)
            look = loop.create_task(self._look())
            reason = await self._lost
        except BrokenPipeError:
            reason = "its process ended at once"
        finally:
            self._lose("it was stopped")
            if look is not None:
                look.cancel()
            if self._transport is None:
                ours.close()
            else:
                self._transport.abort()
            process.kill()
            await asyncio.to_thread(process.wait)
        return f"{reason} ({_ending(process.returncode)})"

    def ask(self, pieces: list[Piece]) -> None:
        """Have a batch answered.

        Args:
            pieces: Of the batch; the worker is free.
        """
        self.pieces = pieces
        self._number += 1
        inputs = gathered(pieces)
        if not inputs.flags.c_contiguous:
            inputs = inputs.copy(order="C")
        cast("asyncio.Transport", self._transport).writelines(
            packed(Ask(self._number, inputs.dtype.str, inputs.shape), inputs)
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the channel."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _: Exception | None) -> None:
        """Notice that the process has ended."""
        self._lose("its process ended")

    def data_received(self, data: bytes) -> None:
        """Take in what it says."""
        self._heard = time.monotonic()
        self._suspected = False
        for message, body in self._frames.feed(data):
            if self._lost.done():
                # what it was asked has been given up already
                return
            match message:
                case Beat(busy_since):
                    if busy_since is not None and self._heard - busy_since > self._patience.batch:
                        self._lose(f"one batch took more than {self._patience.batch:g} s")
                case Answered():
                    self._ears.answered(self._returned(), answers_of(message, body), message.seconds)
                case Failed(None, reason):
                    self.refusal = reason
                    self._lose(f"its engine could not be opened: {reason}")
                case Failed(_, reason):
                    self._ears.failed(self._returned(), reason)
                case Opened():
                    self.ready = self.opened = True
                    self._ears.opened()

    def _returned(self) -> list[Piece]:
        pieces, self.pieces = self.pieces, []
        return pieces

    def _lose(self, reason: str) -> None:
        self.ready = False
        if not self._lost.done():
            self._lost.set_result(reason)
        if self.pieces:
            self._ears.lost(self._returned())

    async def _look(self) -> None:
        """Lose it when it is silent, or too long about its opening."""
        await asyncio.sleep(0)
        while not self._lost.done():
            now = time.monotonic()
            if not self.ready:
                if now - self._began > self._patience.opening:
                    self._lose(f"its engine took more than {self._patience.opening:g} s to open")
                await asyncio.sleep(min(self._interval, self._patience.opening))
            elif now - self._heard < SILENT * self._interval:
                await asyncio.sleep(self._heard + SILENT * self._interval - now)
            elif not self._suspected:
                # this process may have been kept busy, or stopped, itself: what was sent meanwhile is read first
                self._suspected = True
                await asyncio.sleep(AGAIN * self._interval)
            else:
                self._lose(f"no heartbeat for {now - self._heard:.2f} s")

    def _spawn(self) -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
        ours, theirs = socket.socketpair()
        descriptor = theirs.fileno()
        # -P: a file in the working folder must not be taken for a module
        command = [sys.executable, "-P", "-m", MODULE, str(descriptor), str(self._interval), str(os.getpid())]
        threads = dict.fromkeys(THREAD_VARIABLES, str(self._threads))
        with theirs:
            try:
                process = subprocess.Popen(
                    command,
                    pass_fds=(descriptor,),
                    stdin=subprocess.DEVNULL,
                    env=threads | os.environ,
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                raise
        return ours, process

    def _send_letters(self, channel: socket.socket) -> None:
        with Connection(os.dup(channel.fileno())) as letters:
            letters.send(sys.path)
            letters.send_bytes(self._letter)


def _ending(code: int) -> str:
    """Return how a process ended.

    >>> _ending(1), _ending(-9)
    ('exit code 1', 'signal 9')
    """
    return f"signal {-code}" if code < 0 else f"exit code {code}"
