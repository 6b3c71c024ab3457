"""Streams over the network: RTSP, HTTP and their like."""

from urllib.parse import urlsplit, urlunsplit

from netwright.records.errors import DataError
from netwright.streaming.sources.av_connection import AvOpener

SCHEMES = ("rtsp", "rtsps", "http", "https", "rtmp", "rtmps", "srt", "tcp", "udp", "rtp")
_PROMPT = {"rtsp_transport": "tcp", "fflags": "nobuffer", "flags": "low_delay"}


def network_opener(url: str, patience: float = 10.0) -> AvOpener:
    """Return what opens a network stream.

    RTSP runs over TCP: lost packets of UDP would damage frames. Nothing is buffered beyond what decoding needs.

    Args:
        url: Of the stream; a user and a password in it appear in no message.
        patience: Seconds without a frame after which the stream counts as stalled.

    Returns:
        The opener; nothing is opened yet.

    Raises:
        DataError: The scheme is none of `SCHEMES`, or no host is named.

    >>> network_opener("rtsp://ada:secret@10.0.0.7:554/door").name
    'rtsp://10.0.0.7:554/door'
    >>> network_opener("gopher://10.0.0.7/door")
    Traceback (most recent call last):
    netwright.records.errors.DataError: gopher://10.0.0.7/door: found the scheme gopher; give one of rtsp, rtsps, http,
    https, rtmp, rtmps, srt, tcp, udp, rtp
    """
    name = _without_password(url)
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise DataError(f"{name}: found the scheme {parts.scheme}; give one of {', '.join(SCHEMES)}")
    if not parts.hostname:
        raise DataError(f"{name} names no host; write {parts.scheme}://host/path")
    return AvOpener(name, url, options=_PROMPT if parts.scheme.startswith("rtsp") else {}, patience=patience)


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
