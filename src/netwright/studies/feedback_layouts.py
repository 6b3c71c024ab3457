"""The layouts in which labelled samples of production are written: those that scenarios read."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from netwright.data.folder_address import FolderAddress
from netwright.data.table_address import TableAddress
from netwright.data.texts_address import TextsAddress
from netwright.monitoring.event import Event, Label
from netwright.records.errors import InputError, MissingExtraError
from netwright.serving.forms.form import Form
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm

SIDECAR = "sources.csv"
"""Beside the samples: who said what each of them is."""
LABEL, SOURCE, SAMPLE = "label", "label_source", "sample_id"


class Placed(NamedTuple):
    """One sample and where it goes.

    Args:
        event: With the sample.
        label: Its label.
        name: Of its class.
        part: `train` or `test`.
    """

    event: Event
    label: Label
    name: str
    part: str


class Layout(Protocol):
    """How one kind of data is written."""

    @property
    def samples(self) -> str:
        """What messages call them."""
        ...

    def write(self, place: Path, placed: Sequence[Placed]) -> list[str]:
        """Write the samples below a folder, and return the file of each."""
        ...

    def address(self, place: Path) -> str:
        """Return how a scenario names the folder."""
        ...


def layout_for(form: Form) -> Layout:
    """Return the layout of a kind of data.

    Args:
        form: Of the package.

    Returns:
        The layout.

    Raises:
        InputError: There is none for that kind.
    """
    if isinstance(form, ImageForm):
        return ImageLayout(form)
    if isinstance(form, TextForm):
        return TextLayout()
    if isinstance(form, RowForm):
        return RowLayout(form)
    raise InputError(f"samples of the kind {form.kind} cannot be exported; images, texts and rows can")


class ImageLayout:
    """PNG files below PART/CLASS, read as `folder:PATH`."""

    samples = "images"

    def __init__(self, form: ImageForm) -> None:
        self._form = form

    def write(self, place: Path, placed: Sequence[Placed]) -> list[str]:
        """Write the images, without loss."""
        return [_written(place, one, i, ".png", self._png(one.event.sample)) for i, one in enumerate(placed)]

    def address(self, place: Path) -> str:
        """Return the address, with size and channels as the package has them."""
        channels, height, width = self._form.shape
        return str(FolderAddress(place, height if height == width else None, channels if channels in {1, 3} else None))

    def _png(self, sample: bytes) -> bytes:
        try:
            from PIL import Image
        except ImportError as error:
            raise MissingExtraError("writing image files", "images") from error
        pixels: NDArray[np.uint8] = self._form.kept(sample)["image"][0]
        if pixels.shape[0] not in {1, 3}:
            raise InputError(f"images of {pixels.shape[0]} channels have no file format here; 1 and 3 have")
        held = io.BytesIO()
        Image.fromarray(pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0))).save(
            held, "PNG"
        )
        return held.getvalue()


class TextLayout:
    """Text files below PART/CLASS, read as `texts:PATH`."""

    samples = "texts"

    def write(self, place: Path, placed: Sequence[Placed]) -> list[str]:
        """Write the texts."""
        return [_written(place, one, i, ".txt", one.event.sample) for i, one in enumerate(placed)]

    def address(self, place: Path) -> str:
        """Return the address."""
        return str(TextsAddress(place))


class RowLayout:
    """train.csv and test.csv, read as `table:PATH`; the source of a label is a column that the study leaves out."""

    samples = "rows"

    def __init__(self, form: RowForm) -> None:
        self._names = [column.name for column in form.encoding.columns]
        self._own = [_free(name, self._names) for name in (LABEL, SOURCE, SAMPLE)]

    def write(self, place: Path, placed: Sequence[Placed]) -> list[str]:
        """Write the rows of each part."""
        for part in ("train", "test"):
            with (place / f"{part}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow((*self._names, *self._own))
                writer.writerows(self._row(one) for one in placed if one.part == part)
        return [f"{one.part}.csv" for one in placed]

    def address(self, place: Path) -> str:
        """Return the address, with what is no column of the model left out."""
        label, *others = self._own
        return str(TableAddress(place / "train.csv", label, drop=tuple(others), test=place / "test.csv"))

    def _row(self, one: Placed) -> list[Any]:
        kept = json.loads(one.event.sample)
        cells = [kept.get(name) for name in self._names]
        return [*("" if cell is None else cell for cell in cells), one.name, one.label.source, one.event.id]


def class_folder(name: str) -> str:
    """Return the name of a class's folder: its own where a folder can have it.

    >>> class_folder("T-shirt top"), class_folder("T-shirt/top"), class_folder("..")
    ('T-shirt top', 'T-shirt%2Ftop', '%2E.')
    """
    plain = quote(name, safe="".join(letter for letter in name if letter.isprintable() and letter not in "/\\%"))
    return f"%2E{plain[1:]}" if plain.startswith(".") else plain or "%"


def _written(place: Path, one: Placed, number: int, suffix: str, content: bytes) -> str:
    name = f"{one.part}/{class_folder(one.name)}/{number:07d}{suffix}"
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return name


def _free(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name
