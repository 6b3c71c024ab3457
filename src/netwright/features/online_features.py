"""Raw events of a request in, the columns of the model's row out: features as of now, looked up and kept up to date."""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.features.event import StoredEvent, Value, stored_event
from netwright.features.online_store import OnlineStore
from netwright.records.errors import InputError, RequestError
from netwright.records.feature_view import FeatureView
from netwright.records.package import Datatype, TensorSpec

Tensors = Mapping[str, NDArray[Any]]
"""Name -> values, the first dimension the samples; words are arrays of dtype object that hold bytes."""
SLACK = 86_400.0
_BAD_REQUEST = 400
_PRUNED_AT_ONCE = 8


class OnlineFeatures:
    """What stands between a request of raw events and the form of a model.

    Args:
        view: The features.
        store: What is known of each entity; of the same view.
        columns: The columns that the model's form asks for, others are left out; None for all of the view.
        clock: Seconds since the epoch: the time of events that state none.
        slack: Seconds by which events may come late and still get their features; what is older is pruned.
    """

    def __init__(
        self,
        view: FeatureView,
        store: OnlineStore,
        columns: Collection[str] | None = None,
        clock: Callable[[], float] = time.time,
        slack: float = SLACK,
    ) -> None:
        if store.view != view:
            raise InputError(f"the store belongs to another view than {view.name!r}; make one of this view")
        self._view, self._store, self._clock, self._slack = view, store, clock, slack
        made = set(view.row)
        self._wanted = made if columns is None else set(columns)
        self._beside = self._wanted - made
        self._numbers = {view.time, view.created, *(c.name for c in view.columns if c.kind == "number")}
        self._newest = -np.inf

    def specs(self) -> tuple[TensorSpec, ...]:
        """Return the tensors of a raw request, apart from those columns of the model's row that the view lacks."""
        view = self._view
        times = [name for name in (view.time, view.created) if name is not None]
        return (
            TensorSpec(name=view.entity, datatype="BYTES", shape=(-1,)),
            *(TensorSpec(name=name, datatype="FP64", shape=(-1,), optional=True) for name in times),
            *(
                TensorSpec(name=c.name, datatype=self._datatype(c.name), shape=(-1,), optional=True)
                for c in view.columns
            ),
        )

    def enrich(self, tensors: Tensors) -> dict[str, NDArray[Any]]:
        """Return the columns of the model's rows as of the moments of raw events, and add the events to the store.

        Events of one request see one another as far as their times say so. Either all of them are added or, where one
        is refused, none.

        Args:
            tensors: Column of the view -> values of N events: BYTES for the entity and for words, FP64 for numbers and
                for times in seconds since the epoch. Columns may be left out: then their values are missing, and the
                time is now. Other columns that the model's row has are passed on as they are.

        Returns:
            Column of the model's row -> values of the N events: FP64 or BYTES.

        Raises:
            RequestError: 400: a tensor is unknown, has a wrong type or shape, or holds what is no time, number or word.
        """
        beside = {name: values for name, values in tensors.items() if name in self._beside}
        # a column may be both: asked for by the form as it is, and a source of features
        sources = {spec.name for spec in self.specs()}
        events = self._events({n: values for n, values in tensors.items() if n in sources or n not in beside})
        for name, values in beside.items():
            if values.shape[:1] != (len(events),):
                raise RequestError(
                    _BAD_REQUEST, f"{name!r} has the shape {list(values.shape)}; give {len(events)} values"
                )
        try:
            with self._store.transaction():
                self._store.extend(events)
                rows = [self._store.row(event) for event in events]
                self._prune(events)
        except InputError as error:
            raise RequestError(_BAD_REQUEST, str(error)) from error
        return {**{name: _tensor([row[name] for row in rows]) for name in rows[0] if name in self._wanted}, **beside}

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _prune(self, events: list[StoredEvent]) -> None:
        self._newest = max(self._newest, *(event.time / 1e6 for event in events))
        # never beyond the clock: one event from the future must not make the past unanswerable
        self._store.prune(min(self._newest, self._clock()) - self._slack, _PRUNED_AT_ONCE * len(events))

    def _events(self, tensors: Tensors) -> list[StoredEvent]:
        specs = {spec.name: spec for spec in self.specs()}
        unknown = [name for name in tensors if name not in specs]
        if unknown:
            raise RequestError(_BAD_REQUEST, f"there is no input {unknown[0]!r}; the inputs are {', '.join(specs)}")
        if self._view.entity not in tensors:
            raise RequestError(_BAD_REQUEST, f"the input {self._view.entity!r} is missing; it says whose event it is")
        count = len(tensors[self._view.entity])
        for name, values in tensors.items():
            words = specs[name].datatype == "BYTES"
            if values.shape != (count,) or values.dtype != (np.dtype(object) if words else np.dtype(np.float64)):
                raise RequestError(
                    _BAD_REQUEST,
                    f"{name!r} is of {values.dtype} and shape {list(values.shape)}; give {specs[name].datatype} "
                    f"[{count}]",
                )
        if not count:
            raise RequestError(_BAD_REQUEST, "the request holds no event; give at least one")
        columns = {name: values.tolist() for name, values in tensors.items()}
        now = self._clock()
        return [self._event({name: values[place] for name, values in columns.items()}, now) for place in range(count)]

    def _event(self, raw: dict[str, Any], now: float) -> StoredEvent:
        event: dict[str, Value] = {}
        for name, value in raw.items():
            if isinstance(value, bytes):
                event[name] = _text(name, value)
            elif not isinstance(value, float):
                raise RequestError(_BAD_REQUEST, f"{name!r} holds {value!r}; give bytes")
            elif name not in {self._view.time, self._view.created} or not np.isnan(value):
                event[name] = value
        event.setdefault(self._view.time, now)
        if self._view.created is not None:
            event.setdefault(self._view.created, now)
        try:
            return stored_event(self._view, event)
        except InputError as error:
            raise RequestError(_BAD_REQUEST, str(error)) from error

    def _datatype(self, name: str) -> Datatype:
        return "FP64" if name in self._numbers else "BYTES"


def _text(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise RequestError(_BAD_REQUEST, f"{name!r} holds bytes that are no UTF-8; encode it so") from error


def _tensor(values: list[float | str]) -> NDArray[Any]:
    if isinstance(values[0], str):
        held = np.empty(len(values), object)
        held[:] = [str(value).encode() for value in values]
        return held
    return np.array(values, np.float64)
