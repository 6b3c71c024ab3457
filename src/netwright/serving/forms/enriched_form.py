"""Raw events: what a model needs of their past is looked up when they come."""

import json
from typing import ClassVar

import numpy as np

from netwright.features.online_features import OnlineFeatures
from netwright.features.online_store import OnlineStore
from netwright.records.errors import RequestError, StorageError
from netwright.records.feature_view import FeatureView
from netwright.records.package import TensorSpec
from netwright.serving.forms.form import Inputs, Tensors
from netwright.serving.forms.row_form import RowForm

UNAVAILABLE = 503


class EnrichedForm:
    """A request carries events, such as card payments, and the features of their entities come from the online store.

    Args:
        row: The form of the model's rows.
        view: What their features are.
        store: What is known of each entity; of the same view.
    """

    kind: ClassVar[str] = "row"
    samples: ClassVar[str] = "rows"

    def __init__(self, row: RowForm, view: FeatureView, store: OnlineStore) -> None:
        self._row = row
        self._features = OnlineFeatures(view, store, columns=[spec.name for spec in row.specs()])
        made = {one.name for one in view.features} | {one.name for one in view.passed}
        self._specs = (*self._features.specs(), *(spec for spec in row.specs() if spec.name not in made))

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return one tensor a column of the events, and one for each column of the rows that no feature makes."""
        return self._specs

    def inputs(self, tensors: Tensors) -> Inputs:
        """Return float32 (N, features) of events, which become part of their entities' past.

        An event has happened, whether or not its request is answered in the end.

        Args:
            tensors: Of N events.

        Returns:
            The models' inputs.

        Raises:
            RequestError: 400 for what is no event, or makes no row; 503 where the store cannot be read or written.
        """
        try:
            rows = self._features.enrich(tensors)
        except StorageError as error:
            raise RequestError(UNAVAILABLE, str(error)) from error
        return self._row.inputs(rows)

    def keep(self, tensors: Tensors, index: int) -> bytes:
        """Return one event as JSON: column -> number, text, or null where it is missing."""
        return json.dumps({name: _plain(values[index]) for name, values in tensors.items()}).encode()

    def kept(self, content: bytes) -> Tensors:
        """Return the event that `keep` wrote."""
        read = json.loads(content)
        words = {spec.name for spec in self._specs if spec.datatype == "BYTES"}
        found = {}
        for name, value in read.items():
            found[name] = np.empty(1, object) if name in words else np.array([np.nan if value is None else value])
            if name in words:
                found[name][0] = str(value).encode()
        return found


def _plain(value: object) -> float | str | None:
    if isinstance(value, bytes):
        return value.decode()
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number
