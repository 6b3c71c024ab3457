"""The data sources that scenarios may name; nothing here needs torch until a source is loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from netwright.data.folder_address import PREFIX, read_address
from netwright.records.errors import DataError, nearest

if TYPE_CHECKING:
    from netwright.data.dataset import ImageDataset
    from netwright.data.fetch import Fetched


@dataclass(frozen=True)
class Source:
    """A data set that netwright knows.

    Args:
        name: The name in scenarios.
        loader: `module:function` that returns its `ImageDataset`.
        task: The kind of prediction.
        train: Training images.
        test: Test images.
        shape: (channels, height, width).
        classes: How many classes.
        licence: Under which licence.
        origin: Where it comes from, in words.
        fetcher: `module:function` that puts its files in place and returns `Fetched`.
    """

    name: str
    loader: str
    task: str
    train: int
    test: int
    shape: tuple[int, int, int]
    classes: int
    licence: str
    origin: str
    fetcher: str


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
)
"""Every known source; a folder of images needs no entry, `folder:PATH` names it."""


def find_source(name: str) -> Source:
    """Return a source by its name.

    Args:
        name: The name in scenarios.

    Returns:
        The source.

    Raises:
        DataError: There is none of that name; the message tells the nearest ones.

    >>> find_source("digits").train
    1297
    """
    source = next((source for source in SOURCES if source.name == name), None)
    if source is None:
        known = nearest(name, [source.name for source in SOURCES])
        raise DataError(f"there is no data source {name!r}. {known} Or write folder:PATH.")
    return source


def load(name: str) -> "ImageDataset":
    """Return a data set, fetched first where it is not on this machine.

    Args:
        name: Name of a source, or `folder:PATH` with the options of `netwright.data.folder_address`.

    Returns:
        The data set.
    """
    if name.startswith(PREFIX):
        address = read_address(name)
        return cast("ImageDataset", _function("netwright.data.image_folder:load")(address))
    return cast("ImageDataset", _function(find_source(name).loader)())


def fetch(name: str) -> "Fetched":
    """Put the files of a data set in place.

    Args:
        name: Name of a source.

    Returns:
        Where they are, where they came from, and under which licence.
    """
    return cast("Fetched", _function(find_source(name).fetcher)())


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return cast("Callable[..., Any]", getattr(import_module(module), name))
