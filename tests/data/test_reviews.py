import gzip
import hashlib
import io
import tarfile

import pytest

from netwright.data import reviews
from netwright.data.catalog import SOURCES, fetch, load
from netwright.data.origins import LocalFolder
from netwright.data.text_bytes import decode_texts
from netwright.records.errors import DataError

LINES = [
    "1\t2.3\tA café of wonders \r",
    "2\t-0.6\tEffective but too tepid\r",
    "3\t0\tIt is a film\r",
    "4\t-3.1\tA café of wonders\r",
    "5\t0.0\tIt lasts two hours\r",
    "6\t0.1\tGood\tbut odd\r",
    "7\t-1\tOne line\u2028in two\r",
    "",
]
TINY = "\n".join(LINES).encode()
ORDER = sorted(
    ["A café of wonders", "Effective but too tepid", "Good\tbut odd", "One line\u2028in two"],
    key=lambda text: hashlib.sha256(text.encode()).hexdigest(),
)
POSITIVE = {"A café of wonders", "Good\tbut odd"}


def archive(text, member=reviews.MOVIES.member):
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    return held.getvalue()


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A local copy of a tiny archive, which takes the place of the real one and of all its origins."""

    def make(text=TINY, **more):
        folder = tmp_path / "copy"
        folder.mkdir(exist_ok=True)
        content = archive(text, **more)
        (folder / f"{reviews.ARCHIVE}.gz").write_bytes(gzip.compress(content))
        monkeypatch.setattr(reviews, "DIGESTS", {reviews.ARCHIVE: hashlib.sha256(content).hexdigest()})
        monkeypatch.setattr(reviews, "ORIGINS", (LocalFolder(folder, "local copy"),))
        return folder

    return make


def test_snippets_are_labelled_by_the_sign_and_split_by_the_digest_of_their_text(copy):
    copy()
    dataset = load("reviews")
    assert (dataset.name, dataset.classes) == ("reviews", ("negative", "positive"))
    assert decode_texts(dataset.test_texts) + decode_texts(dataset.train_texts) == ORDER
    assert len(dataset.test_labels) == 1
    labels = dataset.test_labels.tolist() + dataset.train_labels.tolist()
    assert labels == [int(text in POSITIVE) for text in ORDER]
    assert dataset.leaks() == ()


def test_what_was_left_out_is_counted(copy):
    copy()
    (note,) = load("reviews").notes
    assert note == "left out: 2 snippets rated exactly neutral, 1 whose text stands there before"


def test_the_test_part_is_the_first_2000_of_many(copy):
    copy("".join(f"{i}\t{1 - 2 * (i % 2)}\tsnippet {i}\r\n" for i in range(6100)).encode())
    dataset = load("reviews")
    assert (len(dataset.test_labels), len(dataset.train_labels)) == (2000, 4100)


def test_each_domain_reads_its_own_file(copy):
    copy(member=reviews.TWEETS.member)
    assert load("reviews-tweets").name == "reviews-tweets"
    with pytest.raises(DataError, match=r"movieReviewSnippets_GroundTruth\.txt.* not found.*fetch it again"):
        load("reviews")


def test_the_archive_is_brought_once_for_all_domains(copy, cache, monkeypatch):
    folder = copy()
    first = fetch("reviews")
    assert (first.origin, first.licence) == (f"local copy {folder}", "MIT")
    assert first.files == {reviews.ARCHIVE: cache / "reviews" / f"{reviews.ARCHIVE}.gz"}
    monkeypatch.setattr(reviews, "ORIGINS", ())
    assert fetch("reviews-amazon").origin == f"cache {cache / 'reviews'}"
    assert load("reviews").name == "reviews"


def test_a_line_that_is_no_rated_snippet_is_told(copy):
    copy(b"1\t2.3\tGood\r\n2\tgood\r\n")
    with pytest.raises(DataError, match=r"GroundTruth.txt, line 2: found '2\\tgood\\r', not number, mean rating and"):
        load("reviews")


def test_the_catalog_knows_every_domain():
    domains = (reviews.MOVIES, reviews.AMAZON, reviews.EDITORIALS, reviews.TWEETS)
    entries = {source.name: source for source in SOURCES if source.task == "text-classification"}
    assert set(entries) == {domain.name for domain in domains}
    for entry in entries.values():
        assert entry.licence == reviews.LICENCE
        assert entry.test == min(2000, (entry.train + entry.test) // 3)
