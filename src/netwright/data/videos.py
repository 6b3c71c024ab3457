"""A data set of labelled videos, handed out as clips of bytes: the first layer of a model turns them into numbers."""

import json
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from netwright.data.fingerprint import fingerprint
from netwright.data.groups import Groups, find_groups
from netwright.data.packed import Packed
from netwright.data.shared import equal_files, shared_samples
from netwright.records.errors import DataError

_ARRAYS = ("train_clips", "train_labels", "test_clips", "test_labels")
_ORIGINS = ("train_origins", "test_origins")
_TOLD = ("classes", "notes", "train_files", "test_files")
_PARTS = ("training", "test")
_CHANNELS, _DIMENSIONS, _NAMED = 3, 5, 5


@dataclass(frozen=True, eq=False)
class VideoDataset:
    """Labelled clips in a training part and a test part, all of one shape: a `netwright.data.dataset.Dataset`.

    Args:
        name: Name of the source, or an address.
        train_clips: uint8 (N, 3, T, H, W): red, green, blue; frames in their order in time.
        train_labels: int64 (N,), indices into `classes`.
        test_clips: uint8 (M, 3, T, H, W).
        test_labels: int64 (M,).
        classes: What each label means.
        fingerprint: SHA-256 of arrays and classes, see `netwright.data.fingerprint`.
        notes: What a reader must know about this data.
        train_files: The file of each training clip; empty where the clips do not come from single files.
        test_files: The file of each test clip.
        train_origins: What each training clip was cut from (a recording, an actor), int64 (N,); clips of one origin are
            alike, so a validation part takes whole origins. None where nothing is known of it.
        test_origins: The same of the test clips, int64 (M,), in the same numbering.
    """

    name: str
    train_clips: Tensor
    train_labels: Tensor
    test_clips: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()
    train_files: tuple[str, ...] = ()
    test_files: tuple[str, ...] = ()
    train_origins: Tensor | None = None
    test_origins: Tensor | None = None

    samples: ClassVar[str] = "videos"
    features: ClassVar[tuple[str, ...]] = ()

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(3, frames, height, width) of a clip."""
        channels, frames, height, width = self.train_clips.shape[1:]
        return channels, frames, height, width

    def train_inputs(self, indices: Tensor) -> Tensor:
        """Return training clips, uint8 (K, 3, T, H, W), for indices int64 (K,)."""
        return self.train_clips[indices]

    def test_inputs(self, indices: Tensor) -> Tensor:
        """Return test clips, uint8 (K, 3, T, H, W), for indices int64 (K,)."""
        return self.test_clips[indices]

    def groups(self, column: str) -> Groups:
        """Raise DataError: videos have no columns of groups."""
        return find_groups(self.name, {}, column)

    def leaks(self) -> tuple[str, ...]:
        """Return notes on clips, and on origins, that stand in both parts; DataError where equal clips are files.

        An origin in both parts is a note only: a published split may have it, and no file is wrong.

        Raises:
            DataError: Files of both parts are equal; the first of them are named.
        """
        pairs = shared_samples(self.train_clips, self.test_clips)
        if pairs and self.train_files:
            raise DataError(equal_files(self.name, self.samples, pairs, (self.train_files, self.test_files)))
        share = f"{len(pairs)} of {len(self.test_labels)} test videos"
        same = f"{share} of {self.name} stand in its training part too, byte for byte: accuracy is flattered"
        return (*((same,) if pairs else ()), *self._shared_origins())

    def packed(self) -> Packed:
        """Return the arrays and facts that `unpacked` makes the same data set of."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        origins = {name: getattr(self, name) for name in _ORIGINS if getattr(self, name) is not None}
        told = {name: json.dumps(getattr(self, name)) for name in _TOLD}
        return Packed(arrays | origins, {"name": self.name, **told})

    @classmethod
    def unpacked(cls, packed: Packed) -> "VideoDataset":
        """Return the data set of arrays and facts, with its fingerprint computed anew."""
        clips, labels, test_clips, test_labels = (packed.arrays[name] for name in _ARRAYS)
        classes, notes, *files = (tuple(json.loads(packed.facts[name])) for name in _TOLD)
        train_origins, test_origins = map(packed.arrays.get, _ORIGINS)
        known = None if train_origins is None or test_origins is None else (train_origins, test_origins)
        name, parts = packed.facts["name"], ((clips, labels), (test_clips, test_labels))
        return make_video_dataset(name, *parts, classes, notes, (files[0], files[1]), known)

    def _shared_origins(self) -> tuple[str, ...]:
        if self.train_origins is None or self.test_origins is None:
            return ()
        both = torch.isin(self.test_origins, self.train_origins)
        if not bool(both.any()):
            return ()
        origins = len(set(self.test_origins[both].tolist()))
        return (
            f"{int(both.sum())} of {len(both)} test videos of {self.name} are of {origins} origins (recordings, "
            "actors) that its training part has too: accuracy is flattered",
        )


def make_video_dataset(
    name: str,
    train: tuple[Tensor, Tensor],
    test: tuple[Tensor, Tensor],
    classes: tuple[str, ...],
    notes: tuple[str, ...] = (),
    files: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    origins: tuple[Tensor, Tensor] | None = None,
) -> VideoDataset:
    """Return a data set of clips that are in memory, with its fingerprint.

    Args:
        name: What it is called.
        train: Clips, uint8 (N, 3, T, H, W), and labels, int64 (N,).
        test: The same for the test part.
        classes: What each label means.
        notes: What a reader must know.
        files: The files of the training clips and of the test clips, where there are files.
        origins: What the training clips and the test clips were cut from, int64 (N,) and (M,), where that is known.

    Returns:
        The data set.

    Raises:
        DataError: Clips are not uint8 (N, 3, T, H, W), the parts have clips of different shapes, or there are not as
            many labels, files or origins as clips.

    >>> clips, labels = torch.zeros(2, 3, 4, 8, 8, dtype=torch.uint8), torch.tensor([0, 1])
    >>> make_video_dataset("toy", (clips, labels), (clips, labels), ("still", "moving")).shape
    (3, 4, 8, 8)
    """
    for place, (clips, labels) in enumerate((train, test)):
        told = {"labels": labels, "files": files[place] or labels, "origins": origins[place] if origins else labels}
        _check_part(f"{_PARTS[place]} part of {name}", clips, told)
    if train[0].shape[1:] != test[0].shape[1:]:
        first, second = (tuple(part[0].shape[1:]) for part in (train, test))
        raise DataError(f"a training clip of {name} is {first}, a test clip {second}; cut all clips to one shape")
    arrays = dict(zip(_ARRAYS, (*train, *test), strict=True))
    known = dict(zip(_ORIGINS, origins, strict=True)) if origins else {}
    return VideoDataset(
        name, *train, *test, classes, fingerprint(arrays | known, classes), notes, *files, *map(known.get, _ORIGINS)
    )


def _check_part(part: str, clips: Tensor, told: Mapping[str, Sized]) -> None:
    if clips.dtype != torch.uint8 or clips.ndim != _DIMENSIONS or clips.shape[1] != _CHANNELS:
        found = f"{clips.dtype} {tuple(clips.shape)}"
        raise DataError(
            f"the clips in the {part} are {found}; give bytes: torch.uint8 (videos, 3, frames, height, width)"
        )
    for what, values in told.items():
        if len(values) != len(clips):
            raise DataError(f"the {part} has {len(clips)} clips but {len(values)} {what}; give each clip one")
