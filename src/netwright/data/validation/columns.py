"""The numbers that are watched of samples: the columns of rows, and a few figures of images, texts and videos."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.data.dataset import Dataset
from netwright.data.encoding import MISSING, NumericColumn
from netwright.data.images import ImageDataset
from netwright.data.table import TableDataset
from netwright.data.texts import TextDataset
from netwright.data.videos import VideoDataset

Numbers = NDArray[np.float64]
_AT_ONCE = 2**24
"""Bytes of samples that are looked at at once."""


@dataclass(frozen=True, eq=False)
class Column:
    """One watched number of every sample of a part.

    Args:
        name: What it is.
        values: float64 (N,), NaN where one is missing; of words, the index of the word in `levels`, and -1 of others.
        levels: The words, of a column of words; empty of numbers.
    """

    name: str
    values: Numbers
    levels: tuple[str, ...] = ()


Columns = tuple[Column, ...]


def columns_of(dataset: Dataset) -> tuple[Columns, Columns]:
    """Return what is watched of the training part and of the test part.

    Of rows these are their columns, as they were before they were encoded; of images brightness and contrast (mean and
    standard deviation of the pixels, 0 to 1), and the mean of each colour; of videos the same and motion (the mean
    difference between frames that follow each other); of texts bytes, words, and the share of capitals and of bytes
    that are no ASCII.

    Args:
        dataset: The data.

    Returns:
        (training, test), in the same order; empty of data sets of another kind than these four.
    """
    for kind, read in _READERS.items():
        if isinstance(dataset, kind):
            return read(dataset)
    return (), ()


def _rows(dataset: TableDataset) -> tuple[Columns, Columns]:
    train, test = (values.numpy() for values in (dataset.train_values, dataset.test_values))
    return tuple(_decoded(dataset, train)), tuple(_decoded(dataset, test))


def _decoded(dataset: TableDataset, values: NDArray[np.float32]) -> Iterator[Column]:
    at = 0
    for column in dataset.encoding.columns:
        width = len(column.features())
        part = values[:, at : at + width].astype(np.float64)
        at += width
        if isinstance(column, NumericColumn):
            numbers = part[:, 0] * column.spread + column.mean
            yield Column(column.name, np.where(part[:, 1] > 0, np.nan, numbers) if column.missing else numbers)
        else:
            codes = np.where(part.max(1) > 0, part.argmax(1), -1).astype(np.float64)
            if MISSING in column.levels:
                codes[codes == column.levels.index(MISSING)] = np.nan
            yield Column(column.name, codes, column.levels)


def _images(dataset: ImageDataset) -> tuple[Columns, Columns]:
    return _pictures(dataset.train_images), _pictures(dataset.test_images)


def _videos(dataset: VideoDataset) -> tuple[Columns, Columns]:
    return _clips(dataset.train_clips), _clips(dataset.test_clips)


def _texts(dataset: TextDataset) -> tuple[Columns, Columns]:
    return _written(dataset.train_texts), _written(dataset.test_texts)


def _pictures(images: Tensor) -> Columns:
    return _watched(images, _light)


def _clips(clips: Tensor) -> Columns:
    return _watched(clips, lambda part: _light(part) | {"motion": part.diff(dim=2).abs().flatten(1).mean(1)})


def _light(pixels: Tensor) -> dict[str, Tensor]:
    flat = pixels.flatten(1)
    figures = {"brightness": flat.mean(1), "contrast": _spread(flat)}
    if pixels.shape[1] == 3:
        figures |= {name: pixels[:, place].flatten(1).mean(1) for place, name in enumerate(("red", "green", "blue"))}
    return figures


def _spread(flat: Tensor) -> Tensor:
    return (flat - flat.mean(1, keepdim=True)).square().mean(1).sqrt()


def _watched(samples: Tensor, figures: Callable[[Tensor], Mapping[str, Tensor]]) -> Columns:
    size = max(1, _AT_ONCE // max(1, samples[:1].numel() * 4))
    parts = [figures(samples[at : at + size].float() / 255) for at in range(0, max(1, len(samples)), size)]
    return tuple(Column(name, torch.cat([part[name] for part in parts]).double().numpy()) for name in parts[0])


def _written(texts: Tensor) -> Columns:
    rows = texts.numpy()
    there = rows > 0
    length = there.sum(1)
    space = (rows == ord(" ")) | (rows == ord("\n")) | (rows == ord("\t"))
    # a word begins where a byte that is no space follows a space, or nothing
    before = np.pad(space, ((0, 0), (1, 0)), constant_values=True)[:, :-1]
    capitals = ((rows >= ord("A")) & (rows <= ord("Z"))).sum(1)
    some = np.maximum(length, 1)
    figures = {
        "bytes": length,
        "words": (there & ~space & before).sum(1),
        "capitals": capitals / some,
        "no ASCII": (rows >= 128).sum(1) / some,
    }
    return tuple(Column(name, values.astype(np.float64)) for name, values in figures.items())


_READERS: Mapping[type[Any], Callable[[Any], tuple[Columns, Columns]]] = {
    TableDataset: _rows,
    ImageDataset: _images,
    TextDataset: _texts,
    VideoDataset: _videos,
}
