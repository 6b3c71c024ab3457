"""A service for the tests that kill one: a tiny app in front of a worker, run as a program of its own.

It writes the name of each request that it begins to answer to a file, which outlives it, and its URL to its output.
"""

import argparse
import os
import sys
import time
from functools import partial

from tests.serving.execution.steered_engines import opened_after, rows

from netwright.records.errors import InputError, RequestError
from netwright.serving.execution.workers import WorkerRunner
from netwright.serving.server import serve
from netwright.serving.settings import Settings


class App:
    """Answers `/answer/NAME/NUMBER` with the square of the number, by a worker."""

    def __init__(self, runner, log):
        self.runner, self.log = runner, log
        self.draining = False

    async def start(self):
        await self.runner.start()

    def drain(self):
        self.draining = True

    async def stop(self, limit):
        await self.runner.stop(limit)

    async def __call__(self, scope, receive, send):
        parts = scope["path"].split("/")[1:]
        if parts[0] == "answer":
            os.write(self.log, f"{parts[1]}\n".encode())
            await reply(send, *await self.answer(float(parts[2])))
        elif parts[0] == "readyz":
            await reply(send, 503 if self.draining or not self.runner.ready else 200, b"")
        else:
            await reply(send, 404, b"")

    async def answer(self, number):
        try:
            answers = await self.runner.answer(rows([number]), time.monotonic() + 20)
        except RequestError as error:
            return error.status, str(error).encode()
        return 200, f"{answers.logits[0, 1]:g}".encode()


async def reply(send, status, body):
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def announce(url):
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("log")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--seconds", type=float, default=0.002)
    options.add_argument("--gate")
    options.add_argument("--hold")
    options.add_argument("--drain", type=float, default=10.0)
    given = options.parse_args()
    settings = Settings(port=given.port, drain=given.drain, batch=4, heartbeat=2.0)
    runner = WorkerRunner("it", partial(opened_after, given.hold, gate=given.gate, seconds=given.seconds), settings)
    log = os.open(given.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        serve(App(runner, log), settings, announce)
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
