"""A share of all keys, chosen by their hash: the same keys in every process, and more of them as the share grows."""

import hashlib
import math

from netwright.records.errors import InputError

_RANGE = 2**64


class Split:
    """Takes a share of keys: those whose hash is below it.

    A key is taken if BLAKE2b-64(salt, key) < share * 2^64. The hash is uniform, so the split does not depend on what
    the keys look like, two salts split independently of each other, and whoever is taken stays taken where the share
    grows. Nothing is drawn at random and nothing is remembered.

    Args:
        salt: What the split is for, such as the versions that are compared.
        share: Of the keys, from 0 to 1.

    Raises:
        InputError: The share is no number from 0 to 1.

    Source: RFC 7693 (BLAKE2); Kohavi, Tang and Xu, Trustworthy Online Controlled Experiments, 2020, chapter 14 on
    assigning by hash.

    >>> half = Split("a against b", 0.5)
    >>> [half.takes(f"user {i}") for i in range(6)]
    [True, True, True, False, True, True]
    >>> sum(half.takes(f"user {i}") for i in range(1000))
    504
    """

    def __init__(self, salt: str, share: float) -> None:
        if not (math.isfinite(share) and 0 <= share <= 1):
            raise InputError(f"a share of {share} was asked for; give one from 0 to 1")
        self.share = share
        self._below = round(share * _RANGE)
        # the salt is hashed first, so that one of any length fits
        self._salted = hashlib.blake2b(digest_size=8, key=hashlib.blake2b(salt.encode(), digest_size=32).digest())

    def takes(self, key: str) -> bool:
        """Return whether a key belongs to the share."""
        if self._below in {0, _RANGE}:
            return self._below > 0
        found = self._salted.copy()
        # a key comes from a request, and may hold what UTF-8 does not know
        found.update(key.encode("utf-8", "surrogatepass"))
        return int.from_bytes(found.digest(), "little") < self._below
