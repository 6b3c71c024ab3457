"""Reading the body of a request: never more than is allowed, never longer than is allowed, and only as what it is."""

import asyncio
from collections.abc import Mapping

from netwright.records.errors import RequestError
from netwright.serving.http.exchange import Receive

MOST_DIGITS = 18
BAD_REQUEST, TOO_SLOW, TOO_LARGE, UNSUPPORTED = 400, 408, 413, 415
_JSON, _BINARY = b"application/json", b"application/octet-stream"
_PLAIN_CHARSETS = {b"", b"charset=utf-8", b'charset="utf-8"'}


class ClientGoneError(Exception):
    """The client went away before its request was whole; nobody is there to be answered."""


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit: int, seconds: float) -> bytes:
    """Return the body of a request.

    Args:
        receive: Of ASGI.
        headers: Of the request.
        limit: Bytes at most, whether they are announced or not.
        seconds: Within which it must have come.

    Returns:
        The body.

    Raises:
        RequestError: 413: it is larger; 408: it came too slowly.
        ClientGoneError: The connection was closed.
    """
    length = announced(headers)
    if length is not None and length > limit:
        raise RequestError(TOO_LARGE, _too_large(limit))
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
            if not message.get("more_body") and message["type"] == "http.request":
                body: bytes = message.get("body", b"")
                if len(body) > limit:
                    raise RequestError(TOO_LARGE, _too_large(limit))
                return body
            return await _pieces(receive, message, limit)
    except TimeoutError as error:
        raise RequestError(TOO_SLOW, f"the body was not there after {seconds:g} s; send it faster") from error


def announced(headers: Mapping[bytes, bytes]) -> int | None:
    """Return how long a body is said to be; None where that is not said.

    >>> announced({b"content-length": b"12"})
    12
    """
    given = headers.get(b"content-length", b"")
    # a server lets no other than digits through; more of them than any body has need not be counted
    return int(given[:MOST_DIGITS]) if given.isdigit() else None


def check_media_type(headers: Mapping[bytes, bytes], binary: bool, needed: bool) -> None:
    """Refuse a body that says it is something else than what will be read from it.

    Args:
        headers: Of the request.
        binary: Whether `application/octet-stream` is understood beside `application/json`.
        needed: Whether a body that does not say what it is is refused: a web page of anybody's can send such a one.

    Raises:
        RequestError: 415: another type, character set or encoding.
    """
    given = headers.get(b"content-type")
    if given != _JSON and not (given is None and not needed):
        media, _, parameter = (given or b"").lower().partition(b";")
        if media.strip() not in ({_JSON, _BINARY} if binary else {_JSON}) or parameter.strip() not in _PLAIN_CHARSETS:
            found = f"is {given.decode('latin-1')!r}" if given else "is not given"
            raise RequestError(UNSUPPORTED, f"the Content-Type {found}; send application/json, in UTF-8")
    coded = headers.get(b"content-encoding", b"identity")
    if coded != b"identity":
        raise RequestError(UNSUPPORTED, f"the body is encoded as {coded.decode('latin-1')!r}; send it as it is")


def json_length(headers: Mapping[bytes, bytes]) -> int | None:
    """Return how many bytes of a body are JSON; None where it does not say, and all are.

    >>> json_length({b"inference-header-content-length": b"12"})
    12

    Args:
        headers: Of the request.

    Returns:
        The length.

    Raises:
        RequestError: 400: it is no whole number.
    """
    given = headers.get(b"inference-header-content-length")
    if given is None:
        return None
    # int() would also take signs, blanks and underscores
    if not given.isdigit() or len(given) > MOST_DIGITS:
        raise RequestError(
            BAD_REQUEST, f"Inference-Header-Content-Length is {given.decode('latin-1')!r}; give the bytes of the JSON"
        )
    return int(given)


async def _pieces(receive: Receive, message: Mapping[str, object], limit: int) -> bytes:
    pieces: list[bytes] = []
    length = 0
    while True:
        if message["type"] != "http.request":
            raise ClientGoneError
        piece = message.get("body", b"")
        if isinstance(piece, bytes):
            length += len(piece)
            pieces.append(piece)
        if length > limit:
            raise RequestError(TOO_LARGE, _too_large(limit))
        if not message.get("more_body"):
            return b"".join(pieces)
        message = await receive()


def _too_large(limit: int) -> str:
    return f"the body has more than {limit} bytes; send fewer samples at once, or binary tensors"
