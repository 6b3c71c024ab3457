"""A small server of one page and the record behind it, on this machine only."""

import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Generic, TypeVar

from netwright.records.errors import InputError, NetwrightError

HOST = "127.0.0.1"
_OWN = {"127.0.0.1", "localhost", "[::1]"}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PATIENCE = 10.0
T = TypeVar("T")


class LivePage(Generic[T]):
    """Serves a page, `/`, and its record as JSON, `/state.json`.

    However many browsers look, the state is made anew once in `fresh` seconds at most. It is for this machine only: it
    listens on the loopback address, and refuses requests under another host's name, which a web page elsewhere could
    make a browser send (DNS rebinding).

    Args:
        state: Returns the newest state; may raise an error of netwright, which is told as status 503.
        page: Returns the page of a state.
        record: Returns the JSON of a state.
        port: Port; 0 takes a free one.
        fresh: Seconds for which a state is good.

    Raises:
        InputError: The port is in use, or may not be used.
    """

    def __init__(
        self,
        state: Callable[[], T],
        page: Callable[[T], str],
        record: Callable[[T], str],
        port: int = 0,
        fresh: float = 1.0,
    ) -> None:
        self._make, self._fresh = state, fresh
        self._forms = {"/": ("text/html", page), "/state.json": ("application/json", record)}
        self._lock = threading.Lock()
        self._known: tuple[float, T] | None = None
        try:
            self._server = _Server((HOST, port), _handler(self.answer))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"port {port} cannot be used: {reason}; name another one, or 0 for a free one") from error

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self._server.server_port}/"

    def serve(self) -> None:
        """Serve until `close` is called from another thread, or the process is interrupted."""
        self._server.serve_forever(poll_interval=0.1)

    def close(self) -> None:
        """End; the port is free again."""
        self._server.shutdown()
        self._server.server_close()

    def release(self) -> None:
        """Free the port after `serve` was interrupted, or where it was never called."""
        self._server.server_close()

    def answer(self, path: str, host: str) -> tuple[HTTPStatus, str, str]:
        """Return what a request is answered with: status, kind of content, content.

        Args:
            path: With its query.
            host: As the request names it.

        Returns:
            The answer.
        """
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if name.lower() not in _OWN:
            return HTTPStatus.MISDIRECTED_REQUEST, "text/plain", "this page is for this machine only\n"
        found = self._forms.get(path.partition("?")[0])
        if found is None:
            return HTTPStatus.NOT_FOUND, "text/plain", "there are / and /state.json\n"
        kind, form = found
        try:
            return HTTPStatus.OK, kind, form(self._state())
        except NetwrightError as error:
            return HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", f"{error}\n"

    def _state(self) -> T:
        with self._lock:
            now = time.monotonic()
            if self._known is None or now - self._known[0] > self._fresh:
                self._known = (now, self._make())
            return self._known[1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away in the middle of an answer; anything else is a fault of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(answer: Callable[[str, str], tuple[HTTPStatus, str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Reads only; whatever is not GET or HEAD gets status 501."""

        timeout = _PATIENCE
        server_version, sys_version = "netwright", ""

        def do_GET(self) -> None:
            """Answer."""
            self._answer(with_content=True)

        def do_HEAD(self) -> None:
            """Answer without content."""
            self._answer(with_content=False)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: a page that reads itself anew would fill the terminal."""

        def _answer(self, *, with_content: bool) -> None:
            status, kind, text = answer(self.path, self.headers.get("Host", ""))
            content = text.encode(errors="replace")
            self.send_response(status)
            for name, value in {**_HEADERS, "Content-Type": f"{kind}; charset=utf-8"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_content:
                self.wfile.write(content)

    return Handler
