"""The socket that a service listens on: bound before anything is loaded, closed without losing a connection."""

import ctypes
import errno
import socket
import struct
import sys

from netwright.records.errors import InputError

LAST_PORT = 65535
SO_ATTACH_FILTER = 26
# a classic BPF program over the TCP header: drop what has SYN and not ACK, which is a new connection; keep the rest
DROP_NEW = ((0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that is bound, and does not listen yet.

    Args:
        host: Name or address of an interface of this machine.
        port: Port; 0 takes a free one.

    Returns:
        The socket.

    Raises:
        InputError: The port is in use or may not be taken, or the host is not this machine.
    """
    # the C library would take the port modulo 65536
    if not 0 <= port <= LAST_PORT:
        raise InputError(f"{port} is no port; choose one from 1 to {LAST_PORT}, or 0 for a free one")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:
        raise InputError(why_not(host, port, error)) from error
    try:
        # a service that is started again must not wait for the connections of the last one to be forgotten
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise InputError(why_not(host, port, error)) from error
    return listener


def why_not(host: str, port: int, error: Exception) -> str:
    """Return why a service cannot listen, and what to do.

    >>> print(why_not("127.0.0.1", 80, OSError(errno.EADDRINUSE, "Address already in use")))
    127.0.0.1:80 is in use by another program; end that one, or choose another port (0 takes a free one)
    """
    place = f"{host}:{port}"
    if isinstance(error, socket.gaierror | UnicodeError):
        return f"{host!r} is no name or address that is known here; 127.0.0.1 is this machine"
    known = {
        errno.EADDRINUSE: f"{place} is in use by another program; end that one, or choose another port "
        "(0 takes a free one)",
        errno.EACCES: f"{place} may not be taken by this user; choose a port from 1024 on",
        errno.EADDRNOTAVAIL: f"{host} is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all of them",
    }
    number = error.errno if isinstance(error, OSError) else None
    return known.get(number or 0, f"{place} cannot be listened on: {error}; choose another host or port")


def url(listener: socket.socket) -> str:
    """Return the address of a bound socket as a URL.

    >>> with bound("127.0.0.1", 0) as listener:
    ...     url(listener).startswith("http://127.0.0.1:")
    True
    """
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def refuse_new(listener: socket.socket) -> None:
    """Have the kernel ignore new connections, while those that it has begun reach the service.

    Closing a listening socket resets the connections that wait to be accepted, some of which carry requests already.
    A client that is ignored tries again, and then finds the port closed. Elsewhere than on Linux nothing is done.

    Args:
        listener: That is about to be closed.

    Source: socket(7), SO_ATTACH_FILTER; S. McCanne and V. Jacobson, "The BSD Packet Filter", USENIX 1993.
    """
    if sys.platform != "linux":
        return
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in DROP_NEW)
    buffer = ctypes.create_string_buffer(program)
    listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(DROP_NEW), ctypes.addressof(buffer)))
