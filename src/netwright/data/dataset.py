"""What a data set is to whoever trains on it: labelled samples in two parts, handed out as a model's inputs."""

from typing import Protocol

from torch import Tensor


class Dataset(Protocol):
    """Labelled samples in a training part and a test part, all of one shape; what they are stays inside.

    `netwright.data.images.ImageDataset`, `netwright.data.table.TableDataset`, `netwright.data.texts.TextDataset` and
    `netwright.data.videos.VideoDataset` are the kinds there are. Inputs of images and rows are float32; those of texts
    are their UTF-8 bytes, uint8, zeros behind, since how a text becomes tokens belongs to the model; those of videos
    are the bytes of their frames, uint8, a quarter of what numbers would take.
    """

    @property
    def name(self) -> str:
        """Name of the source, or the address that a scenario wrote."""
        ...

    @property
    def samples(self) -> str:
        """What messages call its samples: `images`, `rows`, `texts` or `videos`."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one input.

        (channels, height, width) of an image, (channels, frames, height, width) of a video, (features,) of a row,
        (bytes,) of a text.
        """
        ...

    @property
    def features(self) -> tuple[str, ...]:
        """What each value of an input is; empty for all but rows."""
        ...

    @property
    def classes(self) -> tuple[str, ...]:
        """What each label means."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 of arrays and classes, see `netwright.data.fingerprint`."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know about this data."""
        ...

    @property
    def train_labels(self) -> Tensor:
        """Labels of the training part, int64 (N,), indices into `classes`."""
        ...

    @property
    def test_labels(self) -> Tensor:
        """Labels of the test part, int64 (M,)."""
        ...

    @property
    def train_origins(self) -> Tensor | None:
        """What each training sample was cut from, such as a recording, int64 (N,); None where each is its own."""
        ...

    def train_inputs(self, indices: Tensor) -> Tensor:
        """Return inputs of the training part.

        Args:
            indices: int64 (K,).

        Returns:
            (K, *shape): float32, or uint8 where samples are texts or videos.
        """
        ...

    def test_inputs(self, indices: Tensor) -> Tensor:
        """Return inputs of the test part.

        Args:
            indices: int64 (K,).

        Returns:
            (K, *shape): float32, or uint8 where samples are texts or videos.
        """
        ...

    def groups(self, column: str) -> tuple[tuple[str, ...], Tensor]:
        """Return the groups that the test part falls into.

        Args:
            column: Name of a group column.

        Returns:
            (names, codes): the group of test sample i is names[codes[i]]; codes are int64 (M,).

        Raises:
            DataError: There is no such column.
        """
        ...

    def leaks(self) -> tuple[str, ...]:
        """Return what a reader must know of samples that stand in both parts.

        Returns:
            Notes; empty where no sample does.

        Raises:
            DataError: There are some, and whoever brought the data can remove them.
        """
        ...
