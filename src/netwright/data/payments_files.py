"""The synthetic payments and their feature view as files, to try the feature commands on."""

import tempfile
from pathlib import Path

import numpy as np

from netwright.data.payments import CLASSES, history
from netwright.data.payments_view import VIEW
from netwright.features.database import Resources, opened
from netwright.machine.durable import write_durably
from netwright.records.errors import StorageError

VIEW_FILE, EVENTS_FILE = "payments.json", "payments.parquet"


def write_payments(folder: Path, count: int, cards: int, seed: int) -> None:
    """Write SYNTHETIC payments (`payments.parquet`) and their feature view (`payments.json`).

    Args:
        folder: Where; made where there is none.
        count: How many payments.
        cards: Of how many cards.
        seed: Decides every draw.

    Raises:
        StorageError: The folder cannot be written.
    """
    raw, labels = history(count, cards, seed)
    columns = {name: values.astype(object) if values.dtype.kind == "U" else values for name, values in raw.items()}
    words = [CLASSES[label] for label in labels.tolist()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".payments-") as place, opened(Resources()) as connection:
            new = Path(place, "new")
            connection.register("payments", {**columns, "label": np.array(words, object)})
            name = "'" + str(new).replace("'", "''") + "'"
            connection.execute(f"COPY payments TO {name} (FORMAT parquet)")
            new.replace(folder / EVENTS_FILE)
    except OSError as error:
        raise StorageError(
            f"could not write {folder}: {error.strerror}; choose a folder that you may write to"
        ) from error
    write_durably(folder / VIEW_FILE, VIEW.to_json(indent=2).encode())
