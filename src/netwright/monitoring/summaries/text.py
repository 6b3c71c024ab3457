"""The numbers of a text: how long it is, and of what characters."""

from string import ascii_uppercase, digits, punctuation
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMES = ("characters", "words", "word length", "upper case", "digits", "punctuation", "non-ASCII")
_BYTES = np.arange(256)
_CHARACTER = (_BYTES & 0xC0) != 0x80
_CHARACTER[0] = False
_SPACE = np.isin(_BYTES, np.frombuffer(b"\x00\t\n\v\f\r ", np.uint8))
_UPPER = np.isin(_BYTES, np.frombuffer(ascii_uppercase.encode(), np.uint8))
_DIGIT = np.isin(_BYTES, np.frombuffer(digits.encode(), np.uint8))
_PUNCTUATION = np.isin(_BYTES, np.frombuffer(punctuation.encode(), np.uint8))
_FOREIGN = _BYTES >= 0xC0


class TextSummary:
    """Seven numbers of a text in UTF-8: characters, words, characters in a word, and shares of kinds of characters.

    Words are what white space parts; upper case, digits and punctuation are those of ASCII. The shares are of all
    characters, and missing (NaN) for an empty text, as is the length of its words.

    >>> TextSummary().numbers(np.frombuffer("Oh né! 7".encode() + bytes(2), np.uint8)[None])[0].tolist()
    [8.0, 3.0, 2.0, 0.125, 0.125, 0.125, 0.125]
    """

    names = NAMES

    def numbers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """Return the numbers of texts (N, L), uint8 UTF-8 with zeros behind."""
        characters = _count(_CHARACTER, inputs)
        space = _SPACE[inputs]
        before = np.concatenate([np.ones((len(inputs), 1), bool), space[:, :-1]], axis=1)
        words = np.count_nonzero(before & ~space, axis=1)
        inside = characters - np.count_nonzero(space & (inputs != 0), axis=1)
        kinds = [_ratio(_count(kind, inputs), characters) for kind in (_UPPER, _DIGIT, _PUNCTUATION, _FOREIGN)]
        return np.stack([characters, words, _ratio(inside, words), *kinds], axis=1).astype(np.float32)


def _count(kind: NDArray[np.bool_], texts: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.asarray(np.count_nonzero(kind[texts], axis=1))


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
