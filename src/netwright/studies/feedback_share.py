"""How much of a data set's training part came from a model's own predictions."""

import csv
from pathlib import Path

from netwright.data.csv_columns import read_csv
from netwright.data.folder_address import PREFIX as FOLDER
from netwright.data.folder_address import read_address
from netwright.data.folder_layout import IMAGES, TEXTS, read_layout
from netwright.data.table_address import PREFIX as TABLE
from netwright.data.table_address import read_table_address
from netwright.data.texts_address import PREFIX as TEXT_FOLDER
from netwright.data.texts_address import read_texts_address
from netwright.records.errors import DataError
from netwright.records.feedback import FeedbackShare
from netwright.studies.feedback_layouts import SIDECAR, SOURCE

MODEL = "model"
WARN_ABOVE = 0.1
"""From this share on, a model mostly confirms itself in what it learns anew."""


def feedback_share(data: str, home: Path | None = None) -> FeedbackShare | None:
    """Return how many training rows have a label that is a model's own prediction.

    Args:
        data: Address of the data, as a scenario has it.
        home: Where a relative path starts; the working directory if not given.

    Returns:
        The counts; None where nothing says where the labels came from.

    Raises:
        DataError: What says so cannot be read.
    """
    if data.startswith(TABLE):
        return _of_table(read_table_address(data, home).path)
    if data.startswith(FOLDER):
        return _of_folder(read_address(data, home).path, images=True)
    if data.startswith(TEXT_FOLDER):
        return _of_folder(read_texts_address(data, home).path, images=False)
    return None


def feedback_warning(found: FeedbackShare) -> str | None:
    """Return what to warn of, None where the share is small.

    >>> feedback_warning(FeedbackShare(rows=10, from_model=5))
    '50% of the training rows have labels that a model predicted (5 of 10): have people check a part of them'
    """
    if found.share < WARN_ABOVE:
        return None
    counts = f"{found.from_model:,} of {found.rows:,}"
    return f"{found.share:.0%} of the training rows have labels that a model predicted ({counts}): {_REMEDY}"


_REMEDY = "have people check a part of them"


def _of_table(path: Path) -> FeedbackShare | None:
    cells = read_csv(path).cells
    # a column of the model may have had that name before
    column = next((name for name in (f"{SOURCE}__", f"{SOURCE}_", SOURCE) if name in cells), None)
    if column is None:
        return None
    sources = cells[column]
    return FeedbackShare(rows=len(sources), from_model=sources.count(MODEL))


def _of_folder(folder: Path, *, images: bool) -> FeedbackShare | None:
    path = folder / SIDECAR
    if not path.exists():
        return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        named = {row["file"] for row in rows if row["part"] == "train" and row["source"] == MODEL}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise DataError(f"{path} cannot be read ({error}); export the samples again, or remove the file") from error
    # files that were added or taken away since then count as they are now
    train = read_layout(folder, IMAGES if images else TEXTS).train
    below = [file.relative_to(folder.resolve()).as_posix() for file in map(Path.resolve, train)]
    return FeedbackShare(rows=len(below), from_model=sum(name in named for name in below))
