"""Snippets of four domains whose sentiment people rated: film reviews, Amazon reviews, editorials, tweets.

Source: Hutto and Gilbert 2014, "VADER: a parsimonious rule-based model for sentiment analysis of social media text",
ICWSM-14: the ground truth of its four domains, each snippet with the mean of its ratings from -4 to 4.
"""

import hashlib
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import torch
from torch import Tensor

from netwright.data.fetch import Fetched, fetch_files
from netwright.data.idx import read_content
from netwright.data.keep import kept
from netwright.data.origins import Origin
from netwright.data.python_package import PythonPackage
from netwright.data.text_bytes import encode_texts
from netwright.data.texts import TextDataset, make_text_dataset
from netwright.machine.cache import cache_folder
from netwright.records.errors import DataError

LICENCE = "MIT"
CLASSES = ("negative", "positive")

ARCHIVE = "hutto_ICWSM_2014.tar"
# of the uncompressed content, so that a plain archive is accepted too
DIGESTS = {ARCHIVE: "3c42a3c582708e3f895221d50d261f1aa36d4f7e6c20e63acc082c6bb1f6c28b"}
ORIGINS: tuple[Origin, ...] = (
    PythonPackage(
        "vaderSentiment==2.5",
        "sdist",
        "b960c954831f5ca58afee61780cc04ed48e551b91e783bfcbfb2c18bb8081a84",
        PurePosixPath("vaderSentiment-2.5/additional_resources"),
    ),
)

_FOLDER = "reviews"
_MOST, _SHARE = 2000, 3
_RULE = "no zeros, no doubles, by digest"


@dataclass(frozen=True)
class Domain:
    """The rated snippets of one domain, a data source.

    Args:
        name: The name in scenarios.
        member: Its file in the archive, which the domains share.
    """

    name: str
    member: str

    def fetch(self) -> Fetched:
        """Bring the archive into the cache, unless it is there; it is checked by its SHA-256.

        Returns:
            Where it is, and where it came from.
        """
        folder = cache_folder() / _FOLDER
        files, origin = fetch_files(DIGESTS, ORIGINS, folder)
        return Fetched(self.name, folder, files, origin, LICENCE)

    def load(self) -> TextDataset:
        """Return the snippets as negative (mean rating below 0) and positive ones (above 0).

        Returns:
            The data set; fetched first where it is not in the cache.
        """
        key = f"{DIGESTS[ARCHIVE]} {self.member} {_RULE}"
        return kept(f"{_FOLDER}/{self.name}", key, TextDataset, lambda: self.decode(self.fetch().files[ARCHIVE]))

    def decode(self, archive: Path) -> TextDataset:
        """Return the data set in an archive.

        Snippets whose mean is exactly 0 are left out, and so are later ones of the same text. The order is that of the
        SHA-256 of the texts; the first 2,000, but at most a third, are the test part: so it depends on nothing but
        the texts.

        Args:
            archive: The tar archive, compressed or not.

        Returns:
            The data set; a note tells how many snippets were left out.

        Raises:
            DataError: The archive lacks the file of this domain, or the file is not as it should be.
        """
        lines = enumerate(_member(archive, self.member), 1)
        rated = [_rated(line, f"{archive}, {self.member}, line {number}") for number, line in lines if line.strip()]
        clear = [(text, mean) for text, mean in rated if mean]
        # backwards, so that of equal texts the first one stays
        single = dict(reversed(clear))
        order = sorted(single, key=lambda text: hashlib.sha256(text.encode()).digest())
        tested = min(_MOST, len(order) // _SHARE)
        neutral, doubles = len(rated) - len(clear), len(clear) - len(single)
        left_out = f"left out: {neutral} snippets rated exactly neutral, {doubles} whose text stands there before"
        texts, labels = encode_texts(order), torch.tensor([int(single[text] > 0) for text in order])
        test: tuple[Tensor, Tensor] = texts[:tested], labels[:tested]
        return make_text_dataset(self.name, (texts[tested:], labels[tested:]), test, CLASSES, (left_out,))


MOVIES = Domain("reviews", "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt")
AMAZON = Domain("reviews-amazon", "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt")
EDITORIALS = Domain("reviews-nyt", "hutto_ICWSM_2014/nytEditorialSnippets_GroundTruth.txt")
TWEETS = Domain("reviews-tweets", "hutto_ICWSM_2014/tweets_GroundTruth.txt")


def _member(archive: Path, name: str) -> list[str]:
    try:
        with tarfile.open(fileobj=io.BytesIO(read_content(archive))) as tar:
            file = tar.extractfile(name)
            content = b"" if file is None else file.read()
        # not splitlines, which would also split where a snippet has a character such as U+2028
        return content.decode().split("\n")
    except (KeyError, tarfile.TarError, UnicodeDecodeError) as error:
        raise DataError(f"{archive}, {name}: {error}; delete the archive and fetch it again") from error


def _rated(line: str, place: str) -> tuple[str, float]:
    _, mean, text = (*line.split("\t", 2), "", "")[:3]
    try:
        return text.strip(), float(mean)
    except ValueError as error:
        raise DataError(
            f"{place}: found {line[:40]!r}, not number, mean rating and text; delete the archive and fetch it again"
        ) from error
