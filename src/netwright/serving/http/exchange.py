"""A request and its response, as the endpoints see them."""

import math
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

OK, ACCEPTED = 200, 202
LONGEST_MESSAGE = 4000
JSON = (b"content-type", b"application/json")
CLOSE = (b"connection", b"close")


class Request(NamedTuple):
    """A request whose body has not been read yet.

    Args:
        headers: Name in small letters -> value.
        receive: Of ASGI.
        arrived: Time of `time.monotonic()`.
        id: Of the request, where its headers name one; else made.
    """

    headers: Mapping[bytes, bytes]
    receive: Receive
    arrived: float
    id: str


class Response(NamedTuple):
    """A whole response.

    Args:
        status: Of HTTP.
        body: All of it.
        headers: What is said beside the length.
    """

    status: int
    body: bytes
    headers: Headers = (JSON,)


Endpoint = Callable[[Request], Awaitable[Response]]


def json_response(status: int, value: object) -> Response:
    """Return a response that holds a value as JSON."""
    return Response(status, msgspec.json.encode(value))


def error_response(status: int, message: str, retry_after: float | None = None, headers: Headers = ()) -> Response:
    """Return a response that says what went wrong.

    Args:
        status: 400 or above.
        message: What was found, and what to do; its beginning, where it quotes much of the request.
        retry_after: Seconds; told in whole ones, at least 1.
        headers: More of them.

    Returns:
        The response, its body as the Open Inference Protocol has errors.

    >>> error_response(429, "the queue is full", 0.2).headers[-1]
    (b'retry-after', b'1')
    """
    later: Headers = () if retry_after is None else ((b"retry-after", b"%d" % max(1, math.ceil(retry_after))),)
    return Response(status, msgspec.json.encode({"error": message[:LONGEST_MESSAGE]}), (JSON, *headers, *later))
