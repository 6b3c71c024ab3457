"""Kills a service, or its worker, while clients ask it without a pause, and counts what that cost.

The moment is a number of answers drawn from a seed, so that no test waits for time to pass.
"""

import http.client
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).parents[3]
PROGRAM = "tests.serving.execution.kill_server"
LATEST, AFTER, LIMIT = 80, 40, 60.0


class Victim(Enum):
    """What is sent to whom."""

    TERM_SERVICE = "TERM to the service"
    KILL_WORKER = "KILL to its worker"
    KILL_SERVICE = "KILL to the service"


@dataclass(frozen=True)
class Cost:
    """What became of the requests.

    Args:
        answered: Responses with the right answer.
        failed: Responses with status 503.
        wrong: Responses with another answer or status.
        lost: Requests that the service had begun, and whose client got no whole response.
        cut: Requests that were sent on an open connection and got no whole response, begun or not.
        code: Exit code of the service; None where it was not the victim.
        left: Processes of it that were there after its end.
        at_once: Clients, which is how many requests can be in flight.
    """

    answered: int
    failed: int
    wrong: int
    lost: int
    cut: int
    code: int | None
    left: int
    at_once: int


class Clients:
    """Threads that ask one request after the other, on connections that are kept open, until refused or told to stop.

    Args:
        address: URL of the service.
        count: Threads.
    """

    def __init__(self, address, count=4):
        self.place = urlsplit(address)
        self.replies = {}
        self.count = count
        self._numbers = itertools.count()
        self._stopping = False
        self._more = threading.Condition()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping = True
        self.join()

    def join(self):
        for thread in self._threads:
            thread.join(LIMIT)
            assert not thread.is_alive()

    def good(self):
        return sum(reply == "good" for reply in tuple(self.replies.values()))

    def wait_for(self, answers):
        """Wait until so many right answers came."""
        with self._more:
            assert self._more.wait_for(lambda: self.good() >= answers, timeout=LIMIT)

    def _ask_on(self):
        connection = None
        while not self._stopping:
            try:
                if connection is None:
                    connection = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=LIMIT)
                    connection.connect()
            except OSError:
                return
            if not self._ask(connection, next(self._numbers)) or connection.sock is None:
                connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _ask(self, connection, number):
        try:
            connection.request("GET", f"/answer/{number}/{number % 1000}")
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            reply = "cut"
        else:
            right = response.status == 200 and float(body) == (number % 1000) ** 2
            reply = "good" if right else "failed" if response.status == 503 else "wrong"
        with self._more:
            self.replies[number] = reply
            self._more.notify_all()
        return reply != "cut"


@contextmanager
def service(*options, log):
    """Run the program; yields its process and its URL, and leaves nothing behind."""
    command = [sys.executable, "-m", PROGRAM, str(log), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def cost_of(victim, seed):
    """Run a service under load, kill at a moment drawn from the seed, and return what it cost."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "begun"
        seconds = chance.choice((0.0, 0.002, 0.01))
        with (
            service("--drain", "5", "--seconds", str(seconds), log=log) as (process, address),
            Clients(address) as clients,
        ):
            family = psutil.Process(process.pid).children(recursive=True)
            clients.wait_for(chance.randrange(1, LATEST))
            code = _strike(victim, process, family, clients)
        _, left = psutil.wait_procs(family, timeout=10)
        begun = [int(line) for line in log.read_text().split()]
    replies = clients.replies
    count = [*replies.values()].count
    lost = sum(replies.get(number, "cut") == "cut" for number in begun)
    return Cost(count("good"), count("failed"), count("wrong"), lost, count("cut"), code, len(left), clients.count)


def _strike(victim, process, family, clients):
    if victim is Victim.KILL_WORKER:
        family[0].kill()
        # the same clients are answered again, by the next worker
        clients.wait_for(clients.good() + AFTER)
        clients.stop()
        return None
    process.send_signal(signal.SIGTERM if victim is Victim.TERM_SERVICE else signal.SIGKILL)
    # each client ends when it is refused
    clients.join()
    return process.wait(LIMIT)
