"""The process of a service: it listens, and it stops without losing what it has accepted."""

import asyncio
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any, Protocol

from netwright.records.errors import InputError, MissingExtraError
from netwright.serving.server_connection import Connection, Door
from netwright.serving.server_listener import bound, refuse_new, url, why_not
from netwright.serving.server_signals import StopSignals
from netwright.serving.settings import Settings

try:
    import uvicorn
    import uvloop
except ModuleNotFoundError as missing:
    raise MissingExtraError("serving a package", "serve") from missing

logger = logging.getLogger(__name__)

KEEP_ALIVE = 15
LONGEST_GRACE = 3.0
GRACE_SHARE = LAST_SHARE = 0.1
ACCEPTING = 0.05
ARRIVING = 0.2

Message = MutableMapping[str, Any]


class Served(Protocol):
    """An ASGI app with a life of its own; everything here is called in the event loop."""

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer a request."""
        ...

    async def start(self) -> None:
        """Begin; returns when requests can be answered. An `InputError` ends the service before it listens."""
        ...

    def drain(self) -> None:
        """Say from now on that it is not ready; requests are answered as before."""
        ...

    async def stop(self, limit: float) -> None:
        """End what `start` began, within `limit` seconds; also after a start that failed, and again."""
        ...


def serve(app: Served, settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve an app until SIGTERM or SIGINT, from the main thread.

    On the first signal the app is told to drain, responses carry `connection: close`, and SIGTERM leaves a tenth of
    `settings.drain` (3 s at most) in which new connections are still taken, so that a load balancer sees that the
    service is not ready. Then no new ones are; what was accepted is answered, and all ends within `settings.drain`. A
    second signal ends the process at once.

    Args:
        app: What answers.
        settings: `host`, `port` and `drain`.
        announce: Called once with the URL, when requests are answered there.

    Raises:
        InputError: The port is in use or may not be taken, or the host is not this machine; or as `app.start` says.

    Source: uvicorn's programmatic interface; RFC 9112, section 9.6 (`connection: close`).
    """
    with bound(settings.host, settings.port) as listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(app, settings, listener, announce))


async def _serve(app: Served, settings: Settings, listener: socket.socket, announce: Callable[[str], None]) -> None:
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[signal.Signals] = loop.create_future()

    def stop(number: signal.Signals) -> None:
        app.drain()
        asked.set_result(number)

    until = time.monotonic()
    with StopSignals(stop):
        try:
            starting = loop.create_task(app.start())
            either: set[asyncio.Future[Any]] = {starting, asked}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                return
            await starting
            until = await _listen(app, settings, listener, announce, asked)
        finally:
            await app.stop(max(until - time.monotonic(), 0.0))


async def _listen(
    app: Served,
    settings: Settings,
    listener: socket.socket,
    announce: Callable[[str], None],
    asked: "asyncio.Future[signal.Signals]",
) -> float:
    """Answer until a signal asks for the end, and what was accepted after that; return the time to end by."""
    door = Door()
    server = uvicorn_server(app, door)
    try:
        await server.startup(sockets=[listener])
    except OSError as error:
        # another program may have begun to listen since the socket was bound
        raise InputError(why_not(settings.host, settings.port, error)) from error
    tasks = [asyncio.create_task(server.main_loop()), asyncio.create_task(door.watch())]
    announce(url(listener))
    number = await asked
    until = time.monotonic() + settings.drain
    logger.info("%s: no longer ready, ends within %g s", number.name, settings.drain)
    door.close()
    if number is signal.SIGTERM:
        await asyncio.sleep(min(LONGEST_GRACE, GRACE_SHARE * settings.drain))
    refuse_new(listener)
    await asyncio.sleep(ACCEPTING)
    for listening in server.servers:
        listening.close()
    # what has just connected sends its request now
    await asyncio.sleep(ARRIVING)
    server.should_exit = True
    server.config.timeout_graceful_shutdown = max(until - time.monotonic(), 0.0)  # type: ignore[assignment]
    ending = asyncio.create_task(server.shutdown(sockets=[listener]))
    await asyncio.wait({ending}, timeout=max(until - LAST_SHARE * settings.drain - time.monotonic(), 0.0))
    if not ending.done():
        logger.warning(
            "%d requests are ended without an answer: the time to stop is over", len(server.server_state.tasks)
        )
        # whoever still waits is told so
        await app.stop(0.0)
    await ending
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return until


def uvicorn_server(app: Served, door: Door) -> uvicorn.Server:
    """Return a server that listens to no signal and writes no log of its own.

    Args:
        app: What answers.
        door: What its connections share.

    Returns:
        The server, to be started with `startup`.
    """
    config = uvicorn.Config(
        app,
        http=partial(Connection, door),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    return server
