"""Who may ask: tokens, of which only hashes are kept, and addresses that are not for everybody."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address

from netwright.records.errors import InputError

_HASH = re.compile(r"[0-9a-f]{64}")


def token_hash(token: str) -> str:
    """Return what is kept of a token: its SHA-256.

    A token is made at random (`secrets.token_urlsafe()`), so that no table of guesses holds it.

    >>> token_hash("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(token.encode()).hexdigest()


class Access:
    """Lets in whoever bears one of the tokens; everybody where there is none."""

    def __init__(self, hashes: Sequence[str]) -> None:
        """Take the tokens that are let in.

        Args:
            hashes: What `token_hash` makes of each.

        Raises:
            InputError: One is no SHA-256.
        """
        wrong = [given for given in hashes if not _HASH.fullmatch(given.lower())]
        if wrong:
            raise InputError(
                f"{len(wrong)} of {len(hashes)} token hashes are not 64 hexadecimal digits; give each token's SHA-256"
            )
        self._hashes = tuple(bytes.fromhex(given) for given in hashes)

    def allows(self, authorization: bytes | None) -> bool:
        """Return whether a request may be answered.

        Every hash is compared, each in constant time: how long it takes says nothing about any of them.

        Args:
            authorization: The value of the header, `Bearer` and the token; None where there is none.

        Returns:
            Whether there are no tokens, or it bears one of them.

        Source: RFC 6750, section 2.1.
        """
        if not self._hashes:
            return True
        scheme, _, token = (authorization or b"").partition(b" ")
        given = hashlib.sha256(token.strip()).digest()
        known = sum(hmac.compare_digest(given, one) for one in self._hashes)
        return known > 0 and scheme.lower() == b"bearer"


def check_bind(host: str, hashes: Sequence[str], exposed: bool) -> None:
    """Refuse to listen where strangers may reach a service that lets everybody in.

    Args:
        host: Address or name that is to be listened on.
        hashes: Of the tokens that are let in.
        exposed: Whether the user said that strangers may ask.

    Raises:
        InputError: The address is not loopback, there is no token, and nobody said that this is meant.
    """
    if hashes or exposed or _is_loopback(host):
        return
    raise InputError(
        f"{host or 'every address'} can be reached from other machines, and no token is asked for; set a token, listen "
        "on 127.0.0.1, or say explicitly that everybody may ask"
    )


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
