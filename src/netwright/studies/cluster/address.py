"""Whether somebody listens at the address of a cluster."""

import os
import socket
from contextlib import closing

from netwright.records.errors import InputError

ANSWER_WITHIN = 5.0
"""Seconds in which an address must answer."""

_CLIENT = "ray://"


def resolve(address: str) -> str:
    """Return the address that is meant.

    Args:
        address: `auto`, `ray://HOST:PORT` (a Ray client server, from anywhere), or `HOST:PORT` (the head's own port,
            from a machine that is a node of the cluster).

    Returns:
        The address; for `auto`, `$RAY_ADDRESS` where it is set.

    Raises:
        InputError: It has another form.

    >>> resolve("ray://head:10001")
    'ray://head:10001'
    """
    meant = (os.environ.get("RAY_ADDRESS") or address) if address == "auto" else address
    if meant != "auto" and _place(meant) is None:
        raise InputError(
            f"{meant!r} is no address of a Ray cluster; write auto, ray://HOST:PORT (such as ray://head:10001), or "
            "HOST:PORT"
        )
    return meant


def check_reachable(address: str) -> None:
    """Raise where nobody accepts a connection at an address; `auto` is left to Ray, which only looks on this machine.

    Args:
        address: What `resolve` returned.

    Raises:
        InputError: The name is unknown, or nobody listens there.
    """
    place = _place(address)
    if place is None:
        return
    try:
        with closing(socket.create_connection(place, timeout=ANSWER_WITHIN)):
            return
    except OSError as error:
        raise InputError(unreachable(address, error.strerror or str(error) or type(error).__name__)) from error


def unreachable(address: str, reason: str) -> str:
    """Return the message about a cluster that does not answer.

    Args:
        address: Its address.
        reason: What was seen.

    Returns:
        What was found, where, and what to do.
    """
    remedy = "check the address, that the cluster runs (`ray status` on its head), and that no firewall is in between"
    if address == "auto":
        remedy = "start a cluster on this machine with `ray start --head`, or name another one with ray://HOST:PORT"
    elif not address.startswith(_CLIENT):
        remedy += "; from a machine that is no node of it, write ray://HOST:10001"
    return f"no Ray cluster answers at {address}: {reason}; {remedy}"


def _place(address: str) -> tuple[str, int] | None:
    host, colon, port = address.removeprefix(_CLIENT).rpartition(":")
    if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536 and "/" not in host):
        return None
    return host.removeprefix("[").removesuffix("]"), int(port)
