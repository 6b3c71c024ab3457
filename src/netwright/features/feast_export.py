"""A feature view as a repository of Feast: its definitions as Python text, and the values as Parquet."""

import keyword
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from netwright.features.bound_view import bind
from netwright.features.database import Resources, opened, quoted
from netwright.features.history import Events
from netwright.features.joined_file import write_joined
from netwright.machine.durable import write_durably
from netwright.records.errors import InputError, StorageError
from netwright.records.feature_view import FeatureView

VALUES = "values.parquet"
_NUMBER, _WORD = "Float64", "String"


@dataclass(frozen=True)
class FeastField:
    """A column of the model's row as Feast names it.

    Args:
        name: Letters, digits and underscores.
        kind: `Float64` or `String`.
        told: The column's own name, and what it is.
    """

    name: str
    kind: str
    told: str


def export_feast(view: FeatureView, events: Events, folder: Path, resources: Resources | None = None) -> int:
    """Write `feature_store.yaml`, `features.py` and the feature values of a history as Parquet.

    Feast reads values, it does not compute these windows: each row holds the features as of its moment, and Feast hands
    out the latest one that is not older than the time to live.

    Args:
        view: The features.
        events: The history.
        folder: A folder that is not there yet, or empty.
        resources: What the database may use.

    Returns:
        How many rows of values there are.

    Raises:
        InputError: The folder holds something.
        StorageError: It cannot be written.

    Source: Feast 0.67, `feast.Entity`, `feast.FeatureView`, `feast.FileSource` and `feature_store.yaml`.
    """
    bind(view)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already; name a new or an empty folder")
    try:
        # grown elsewhere and moved in: a run that fails leaves nothing half-made behind
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as place:
            new = Path(place, "new")
            (new / "data").mkdir(parents=True)
            count = _write(view, events, new, resources or Resources())
            new.replace(folder)
    except OSError as error:
        raise StorageError(
            f"could not write {folder}: {error.strerror}; choose a folder that you may write to"
        ) from error
    return count


def _write(view: FeatureView, events: Events, folder: Path, resources: Resources) -> int:
    joined = folder / "joined.parquet"
    count = write_joined(view, events, joined, resources=resources)
    _rename_columns(view, joined, folder / "data" / VALUES, resources)
    joined.unlink()
    write_durably(folder / "features.py", definitions(view).encode())
    write_durably(folder / "feature_store.yaml", _store(view).encode())
    return count


def definitions(view: FeatureView) -> str:
    """Return the Python text that defines a view for Feast.

    Args:
        view: The features.

    Returns:
        A module with one Entity, one FileSource and one FeatureView; every text of the view stands in it as a literal.
    """
    fields = feast_fields(view)
    entity, name = _identifier(view.entity), _identifier(view.name)
    kinds = ", ".join(sorted({field.kind for field in fields}))
    listed = "\n".join(
        f"        Field(name={field.name!r}, dtype={field.kind}, description={field.told!r})," for field in fields
    )
    return f'''"""Written by netwright: netwright features export-feast. The values are in data/{VALUES}."""

from datetime import timedelta

from feast import Entity, FeatureView, Field, FileSource, ValueType
from feast.types import {kinds}

entity = Entity(name={entity!r}, join_keys=[{entity!r}], value_type=ValueType.STRING)

source = FileSource(
    name={f"{name}_values"!r},
    path={f"data/{VALUES}"!r},
    timestamp_field="event_timestamp",
)

view = FeatureView(
    name={name!r},
    entities=[entity],
    ttl=timedelta(seconds={view.ttl!r}),
    schema=[
{listed}
    ],
    source=source,
    online=True,
    description={view.note!r},
)
'''


def feast_fields(view: FeatureView) -> tuple[FeastField, ...]:
    """Return the columns of the model's row under names that Feast and Python take, each its own.

    >>> from netwright.records.feature_view import Feature
    >>> view = FeatureView(name="v", entity="card", time="time", ttl=60,
    ...     features=(Feature(name="payments in 1 h", aggregation="count"), Feature(name="1 h", aggregation="since")))
    >>> [field.name for field in feast_fields(view)]
    ['payments_in_1_h', 'f_1_h']
    """
    words = {column.name for column in view.columns if column.kind == "word"}
    columns = [(one.name, _NUMBER, f"{one.aggregation} of {one.column or 'events'}") for one in view.features]
    columns += [(one.name, _WORD if one.column in words else _NUMBER, f"{one.column} itself") for one in view.passed]
    taken = {_identifier(view.entity), "event_timestamp"}
    fields: list[FeastField] = []
    for name, kind, told in columns:
        wanted = short = _identifier(name)
        number = 2
        while short in taken:
            short, number = f"{wanted}_{number}", number + 1
        taken.add(short)
        fields.append(FeastField(short, kind, f"{name}: {told}"))
    return tuple(fields)


def _identifier(name: str) -> str:
    plain = re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_") or "column"
    return f"f_{plain}" if plain[0].isdigit() or keyword.iskeyword(plain) else plain


def _store(view: FeatureView) -> str:
    return (
        f"project: {_identifier(view.name)}\nregistry: data/registry.db\nprovider: local\n"
        "online_store:\n  type: sqlite\n  path: data/online_store.db\nentity_key_serialization_version: 3\n"
    )


def _rename_columns(view: FeatureView, joined: Path, out: Path, resources: Resources) -> None:
    fields = feast_fields(view)
    pairs = [(view.entity, _identifier(view.entity)), ("event_timestamp", "event_timestamp")]
    pairs += [(name, field.name) for name, field in zip(view.row, fields, strict=True)]
    listed = ", ".join(f"{quoted(old)} AS {quoted(new)}" for old, new in pairs)
    with opened(resources) as connection:
        connection.execute(
            f"COPY (SELECT {listed} FROM read_parquet({_text(joined)})) TO {_text(out)} (FORMAT parquet)"  # noqa: S608
        )


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
