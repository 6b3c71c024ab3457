"""A data set of labelled texts, handed out as rows of UTF-8 bytes: how they become tokens is the model's affair."""

import json
from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from netwright.data.fingerprint import fingerprint
from netwright.data.groups import Groups, find_groups
from netwright.data.packed import Packed
from netwright.data.shared import shared_samples
from netwright.records.errors import DataError

_ARRAYS = ("train_texts", "train_labels", "test_texts", "test_labels")
_TOLD = ("classes", "notes", "train_files", "test_files")


@dataclass(frozen=True, eq=False)
class TextDataset:
    """Labelled texts in a training part and a test part: a `netwright.data.dataset.Dataset`.

    Args:
        name: Name of the source, or `texts:PATH`.
        train_texts: uint8 (N, L), UTF-8 with zeros behind, see `netwright.data.text_bytes`.
        train_labels: int64 (N,), indices into `classes`.
        test_texts: uint8 (M, L).
        test_labels: int64 (M,).
        classes: What each label means.
        fingerprint: SHA-256 of arrays and classes, see `netwright.data.fingerprint`.
        notes: What a reader must know about this data.
        train_files: The file of each training text; empty where the texts do not come from single files.
        test_files: The file of each test text.
    """

    name: str
    train_texts: Tensor
    train_labels: Tensor
    test_texts: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()
    train_files: tuple[str, ...] = ()
    test_files: tuple[str, ...] = ()

    samples: ClassVar[str] = "texts"
    train_origins: ClassVar[Tensor | None] = None
    features: ClassVar[tuple[str, ...]] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """(bytes,), those of the longest text."""
        return (self.train_texts.shape[1],)

    def train_inputs(self, indices: Tensor) -> Tensor:
        """Return training texts as rows of bytes, uint8 (K, L), for indices int64 (K,)."""
        return self.train_texts[indices]

    def test_inputs(self, indices: Tensor) -> Tensor:
        """Return test texts as rows of bytes, uint8 (K, L), for indices int64 (K,)."""
        return self.test_texts[indices]

    def groups(self, column: str) -> Groups:
        """Raise DataError: texts have no columns of groups."""
        return find_groups(self.name, {}, column)

    def leaks(self) -> tuple[str, ...]:
        """Return a note on texts that stand in both parts; no error, since different people may write the same."""
        pairs = shared_samples(self.train_texts, self.test_texts)
        if not pairs:
            return ()
        share = f"{len(pairs)} of {len(self.test_labels)} test texts"
        train, test = pairs[0]
        such = f", such as {self.test_files[test]} = {self.train_files[train]}" if self.train_files else ""
        return (f"{share} of {self.name} stand in its training part too{such}: accuracy is flattered",)

    def packed(self) -> Packed:
        """Return the arrays and facts that `unpacked` makes the same data set of."""
        told = {name: json.dumps(getattr(self, name)) for name in _TOLD}
        return Packed({name: getattr(self, name) for name in _ARRAYS}, {"name": self.name, **told})

    @classmethod
    def unpacked(cls, packed: Packed) -> "TextDataset":
        """Return the data set of arrays and facts, with its fingerprint computed anew."""
        texts, labels, test_texts, test_labels = (packed.arrays[name] for name in _ARRAYS)
        classes, notes, *files = (tuple(json.loads(packed.facts[name])) for name in _TOLD)
        return make_text_dataset(
            packed.facts["name"], (texts, labels), (test_texts, test_labels), classes, notes, (files[0], files[1])
        )


def make_text_dataset(
    name: str,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    classes: tuple[str, ...],
    notes: tuple[str, ...] = (),
    files: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> TextDataset:
    """Return a data set of texts that are in memory, with its fingerprint.

    Args:
        name: What it is called.
        train: Texts, uint8 (N, L), as `netwright.data.text_bytes.encode_texts` makes them, and labels, int64 (N,).
        test: The same for the test part, of the same length L.
        classes: What each label means.
        notes: What a reader must know.
        files: The files of the training texts and of the test texts, where there are files.

    Returns:
        The data set.

    Raises:
        DataError: There are not as many labels as texts, or the parts have rows of different lengths.
    """
    for part, (texts, labels) in (("training", train), ("test", test)):
        if len(texts) != len(labels):
            raise DataError(
                f"the {part} part of {name} has {len(texts)} texts but {len(labels)} labels; give each text one"
            )
    if train[0].shape[1] != test[0].shape[1]:
        raise DataError(
            f"the training texts of {name} have rows of {train[0].shape[1]} bytes, its test texts of "
            f"{test[0].shape[1]}; encode both to one length"
        )
    arrays = dict(zip(_ARRAYS, (*train, *test), strict=True))
    return TextDataset(
        name,
        train_texts=train[0],
        train_labels=train[1],
        test_texts=test[0],
        test_labels=test[1],
        classes=classes,
        fingerprint=fingerprint(arrays, classes),
        notes=notes,
        train_files=files[0],
        test_files=files[1],
    )
