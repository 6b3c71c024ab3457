"""The load generator: a process of its own that costs little; it reads its orders as JSON, and tells what it saw so.

Closed loop: each connection sends its next request when the last one is answered. Open loop: requests come at the
moments of a Poisson process, whatever became of those before, and a latency counts from that moment.

Run by the other files of this folder:  python client.py < orders.json
"""

import asyncio
import json
import os
import random
import resource
import sys
import time
from collections import deque

import httptools
import uvloop


class Connection(asyncio.Protocol):
    """One kept-alive connection: at most one request at a time."""

    def __init__(self) -> None:
        self.transport = None
        self.waiter = None
        self.status = 0
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport) -> None:
        """Take note."""
        self.transport = transport

    def data_received(self, data) -> None:
        """Parse what came."""
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Hand out the status of a whole response."""
        self.status = self._parser.get_status_code()
        again = self._parser.should_keep_alive()
        self._parser = httptools.HttpResponseParser(self)
        if not again:
            self.transport.close()
        self._end(self.status)

    def connection_lost(self, _) -> None:
        """Say that nothing more will come."""
        self.transport = None
        self._end(0)

    def _end(self, status: int) -> None:
        waiter, self.waiter = self.waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(status)

    def ask(self, request: bytes) -> asyncio.Future:
        """Send a request; the result is its status, 0 where the connection broke."""
        self.waiter = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return self.waiter

    @property
    def open(self) -> bool:
        """Whether it can be used."""
        return self.transport is not None and not self.transport.is_closing()


class Load:
    """Requests to one server, and what became of each: (moment, latency, status), seconds since the start."""

    def __init__(self, orders: dict) -> None:
        self.orders = orders
        self.request = bytes.fromhex(orders["request"])
        self.health = bytes.fromhex(orders.get("health", ""))
        self.seen: list[tuple[float, float, int]] = []
        self.healthy: list[tuple[float, float, int]] = []
        self.late: list[float] = []
        self.idle: deque[Connection] = deque()
        self.start = 0.0

    async def connect(self) -> Connection | None:
        """Return a new connection, None where the server takes none."""
        loop = asyncio.get_running_loop()
        try:
            _, made = await loop.create_connection(Connection, self.orders["host"], self.orders["port"])
        except OSError:
            return None
        return made

    async def closed(self) -> None:
        """Keep `connections` requests going for `seconds`."""
        end = self.start + self.orders["seconds"]
        await asyncio.gather(*(self._one_after_the_other(end) for _ in range(self.orders["connections"])))

    async def _one_after_the_other(self, end: float) -> None:
        connection = None
        while (now := time.perf_counter()) < end:
            if connection is None or not connection.open:
                connection = await self.connect()
                if connection is None:
                    await asyncio.sleep(0.05)
                continue
            status = await connection.ask(self.request)
            self.seen.append((now - self.start, time.perf_counter() - now, status))
        if connection is not None and connection.open:
            connection.transport.close()

    async def open(self) -> None:
        """Send `rate` requests a second for `seconds`, then `after` seconds of `calm` a second, from one seed."""
        orders, moments, chance = self.orders, [], random.Random(self.orders["seed"])
        for rate, first, last in (
            (orders["rate"], 0.0, orders["seconds"]),
            (orders["calm"], orders["seconds"], orders["seconds"] + orders["after"]),
        ):
            moment = first
            while rate and (moment := moment + chance.expovariate(rate)) < last:
                moments.append(moment)
        watcher = asyncio.ensure_future(self._watch(orders["seconds"] + orders["after"]))
        tasks = set()
        for moment in moments:
            wait = self.start + moment - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            self.late.append(time.perf_counter() - self.start - moment)
            task = asyncio.ensure_future(self._once(moment))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if tasks:
            await asyncio.wait(tasks, timeout=orders["patience"])
        for _ in tasks:
            self.seen.append((float("nan"), orders["patience"], -1))
        watcher.cancel()

    async def _once(self, moment: float) -> None:
        connection = None
        while self.idle and connection is None:
            taken = self.idle.pop()
            connection = taken if taken.open else None
        connection = connection or await self.connect()
        status = 0 if connection is None else await connection.ask(self.request)
        self.seen.append((moment, time.perf_counter() - self.start - moment, status))
        if connection is not None and connection.open:
            self.idle.append(connection)

    async def _watch(self, seconds: float) -> None:
        connection = None
        while self.health and (now := time.perf_counter() - self.start) < seconds:
            if connection is None or not connection.open:
                connection = await self.connect()
            status = 0 if connection is None else await connection.ask(self.health)
            self.healthy.append((now, time.perf_counter() - self.start - now, status))
            await asyncio.sleep(self.orders["watch_every"])


async def work(orders: dict) -> dict:
    """Follow the orders."""
    load = Load(orders)
    before = resource.getrusage(resource.RUSAGE_SELF)
    load.start = time.perf_counter()
    await (load.closed() if orders["mode"] == "closed" else load.open())
    wall = time.perf_counter() - load.start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    late = sorted(load.late)
    return {"seen": load.seen, "health": load.healthy, "wall": wall, "busy": cpu / wall,
            "late_p99": late[int(0.99 * (len(late) - 1))] if late else 0.0}  # fmt: skip


def main() -> None:
    """Read the orders, follow them, tell."""
    orders = json.load(sys.stdin)
    if orders.get("core") is not None:
        os.sched_setaffinity(0, {orders["core"]})
    json.dump(uvloop.run(work(orders)), sys.stdout)


if __name__ == "__main__":
    main()
