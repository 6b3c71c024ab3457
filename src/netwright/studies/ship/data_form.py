"""What a request carries, by the data that a decision was made on."""

from netwright.data.dataset import Dataset
from netwright.data.images import CENTRE, SPREAD, ImageDataset
from netwright.data.table import TableDataset
from netwright.data.texts import TextDataset
from netwright.data.videos import VideoDataset
from netwright.records.errors import InputError
from netwright.serving.forms.catalog import AnyForm
from netwright.serving.forms.image_form import ImageForm
from netwright.serving.forms.row_form import RowForm
from netwright.serving.forms.text_form import TextForm
from netwright.serving.forms.video_form import VideoForm

LEAST_TEXT, LONGER = 2048, 4
"""Bytes of a text that are always taken, and how many times the longest known text."""


def form_of(dataset: Dataset) -> AnyForm:
    """Return the form of a data set.

    Args:
        dataset: One of the kinds that netwright has.

    Returns:
        The form.

    Raises:
        InputError: It is of no kind that can be served.
    """
    if isinstance(dataset, ImageDataset):
        return ImageForm(shape=dataset.shape, centre=CENTRE, spread=SPREAD)
    if isinstance(dataset, TableDataset):
        return RowForm(encoding=dataset.encoding)
    if isinstance(dataset, TextDataset):
        return TextForm(length=max(LEAST_TEXT, LONGER * dataset.shape[0]))
    if isinstance(dataset, VideoDataset):
        return VideoForm(shape=dataset.shape)
    raise InputError(
        f"{dataset.name} is a {type(dataset).__name__}, which nothing serves; use one of netwright's kinds"
    )
