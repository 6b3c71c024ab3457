"""A data set of labelled rows: columns of numbers and words, encoded by what its training part says of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from netwright.data.encoding import Columns, Encoding, learn_encoding
from netwright.data.fingerprint import fingerprint
from netwright.data.groups import Groups, find_groups, pack_groups, unpack_groups
from netwright.data.packed import Packed
from netwright.data.shared import shared_samples
from netwright.records.errors import DataError

_ARRAYS = ("train_values", "train_labels", "test_values", "test_labels")


@dataclass(frozen=True, eq=False)
class TableDataset:
    """Labelled rows in a training part and a test part: a `netwright.data.dataset.Dataset`.

    Args:
        name: Name of the source, or `table:PATH`.
        train_values: float32 (N, F), encoded.
        train_labels: int64 (N,), indices into `classes`.
        test_values: float32 (M, F).
        test_labels: int64 (M,).
        classes: What each label means.
        encoding: How the columns became the values; the same serves rows that come later.
        fingerprint: SHA-256 of arrays, classes and encoding, see `netwright.data.fingerprint`.
        notes: What a reader must know about this data.
        test_groups: Column -> the groups of the test rows.
    """

    name: str
    train_values: Tensor
    train_labels: Tensor
    test_values: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    encoding: Encoding
    fingerprint: str
    notes: tuple[str, ...] = ()
    test_groups: Mapping[str, Groups] = field(default_factory=dict)

    samples: ClassVar[str] = "rows"
    train_origins: ClassVar[Tensor | None] = None

    @property
    def shape(self) -> tuple[int, ...]:
        """(features,)."""
        return (self.train_values.shape[1],)

    @property
    def features(self) -> tuple[str, ...]:
        """What each value of a row is."""
        return self.encoding.features

    def train_inputs(self, indices: Tensor) -> Tensor:
        """Return training rows as inputs, float32 (K, F), for indices int64 (K,)."""
        return self.train_values[indices]

    def test_inputs(self, indices: Tensor) -> Tensor:
        """Return test rows as inputs, float32 (K, F), for indices int64 (K,)."""
        return self.test_values[indices]

    def groups(self, column: str) -> Groups:
        """Return the names of a column's groups, and the group of each test row."""
        return find_groups(self.name, self.test_groups, column)

    def leaks(self) -> tuple[str, ...]:
        """Return a note on test rows that equal a training row; no error, since different events may look the same."""
        pairs = shared_samples(self.train_values, self.test_values)
        if not pairs:
            return ()
        share = f"{len(pairs)} of {len(self.test_labels)} test rows"
        return (f"{share} of {self.name} equal a training row: where they are the same events, accuracy is flattered",)

    def packed(self) -> Packed:
        """Return the arrays and facts that `unpacked` makes the same data set of."""
        arrays, names = pack_groups(self.test_groups)
        told = {"classes": json.dumps(self.classes), "notes": json.dumps(self.notes)}
        facts = {"name": self.name, "encoding": self.encoding.to_json(), **told, **names}
        return Packed({name: getattr(self, name) for name in _ARRAYS} | arrays, facts)

    @classmethod
    def unpacked(cls, packed: Packed) -> "TableDataset":
        """Return the data set of arrays and facts, with its fingerprint computed anew."""
        train_values, train_labels, test_values, test_labels = (packed.arrays[name] for name in _ARRAYS)
        classes, notes = (tuple(json.loads(packed.facts[name])) for name in ("classes", "notes"))
        encoding = Encoding.from_json(packed.facts["encoding"])
        parts = (train_values, train_labels), (test_values, test_labels)
        return _assemble(packed.facts["name"], parts, classes, encoding, notes, unpack_groups(packed))


def make_table_dataset(
    name: str,
    train: tuple[Columns, NDArray[np.int64]],
    test: tuple[Columns, NDArray[np.int64]],
    classes: tuple[str, ...],
    notes: tuple[str, ...] = (),
    groups: Mapping[str, NDArray[np.str_]] | None = None,
) -> TableDataset:
    """Return a data set of columns that are in memory, encoded by what the training part says of them.

    Args:
        name: What it is called.
        train: Name -> values (N,) of each column, and labels, int64 (N,).
        test: The same for the test part.
        classes: What each label means.
        notes: What a reader must know.
        groups: Column -> the group of each test row; the models do not see these columns unless `train` has them too.

    Returns:
        The data set.

    Raises:
        DataError: No column has different values: there is nothing to learn from.
    """
    encoding, left_out = learn_encoding(train[0])
    if not encoding.columns:
        raise DataError(f"no column of {name} has different values in its training rows; add columns that tell")
    parts = [
        (torch.from_numpy(encoding.encode(columns)), torch.from_numpy(labels)) for columns, labels in (train, test)
    ]
    coded = {column: _codes(values) for column, values in (groups or {}).items()}
    return _assemble(name, (parts[0], parts[1]), classes, encoding, (*notes, *left_out), coded)


def _codes(values: NDArray[np.str_]) -> Groups:
    names, codes = np.unique(values, return_inverse=True)
    return tuple(name or "(missing)" for name in names.tolist()), torch.from_numpy(codes).long()


def _assemble(
    name: str,
    parts: tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]],
    classes: tuple[str, ...],
    encoding: Encoding,
    notes: tuple[str, ...],
    groups: Mapping[str, Groups],
) -> TableDataset:
    (train_values, train_labels), (test_values, test_labels) = parts
    arrays = dict(zip(_ARRAYS, (*parts[0], *parts[1]), strict=True)) | pack_groups(groups)[0]
    return TableDataset(
        name=name,
        train_values=train_values,
        train_labels=train_labels,
        test_values=test_values,
        test_labels=test_labels,
        classes=classes,
        encoding=encoding,
        # a column that is shifted as a whole has the same inputs, and another way to them
        fingerprint=fingerprint(arrays, (*classes, encoding.to_json())),
        notes=notes,
        test_groups=groups,
    )
