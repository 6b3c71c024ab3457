"""W3C Trace Context: which piece of work of whose a request belongs to."""

import os
import re
from typing import NamedTuple

_FORM = re.compile(rb"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_INVALID, _CURRENT = b"ff", b"00"


class Trace(NamedTuple):
    """A place in a trace.

    Args:
        trace: 32 hexadecimal digits, the whole piece of work.
        span: 16 of them, this part of it.
        flags: 2 of them: the last bit says whether the caller records the trace.
    """

    trace: str
    span: str
    flags: str

    def header(self) -> bytes:
        """Return the value of a `traceparent` header."""
        return f"00-{self.trace}-{self.span}-{self.flags}".encode()


def read_traceparent(value: bytes) -> Trace | None:
    """Return what a `traceparent` header says, or None where it is not valid: a broken one is to be ignored.

    Versions that are yet to come may say more behind; their first four fields are read.

    Args:
        value: Of the header.

    Returns:
        Trace, the caller's span, flags.

    Source: W3C Trace Context, sections 3.2 and 4.3.

    >>> read_traceparent(b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").span
    'b7ad6b7169203331'
    """
    found = _FORM.fullmatch(value)
    if found is None:
        return None
    version, trace, span, flags, more = found.groups()
    if version == _INVALID or (version == _CURRENT and more) or not trace.strip(b"0") or not span.strip(b"0"):
        return None
    return Trace(trace.decode(), span.decode(), flags.decode())


def next_span(trace: Trace) -> Trace:
    """Return the same trace at a span of ours."""
    return trace._replace(span=os.urandom(8).hex())
