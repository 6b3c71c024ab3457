"""Watching a model's embedding: projections on principal components, and the distance to the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import InputError

COMPONENTS = 8
MOST = 4096
"""Samples that a projection is fitted to, at most."""


@dataclass(frozen=True)
class Projection:
    """From an embedding to the numbers `embedding 1`, `embedding 2`, ... and `embedding distance`.

    With z the projections on K orthonormal components, s their standard deviations, r the length of what the components
    leave over and t its root mean square, the distance is sqrt((sum z_k^2 / s_k^2 + r^2 / t^2) / (K + 1)): about 1 for
    samples like those that it was fitted to.

    Args:
        mean: (E,).
        components: (K, E), orthonormal rows.
        scale: (K + 1,) s and t.
    """

    mean: NDArray[np.float32]
    components: NDArray[np.float32]
    scale: NDArray[np.float32]

    @property
    def names(self) -> tuple[str, ...]:
        """What each number is."""
        return (*(f"embedding {index + 1}" for index in range(len(self.components))), "embedding distance")

    def project(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the numbers of embeddings.

        Args:
            embedding: (N, E).

        Returns:
            (N, K + 1).

        Raises:
            InputError: Embeddings of another width.
        """
        if embedding.ndim != 2 or embedding.shape[1] != len(self.mean):
            raise InputError(
                f"embeddings have shape {embedding.shape}, the projection takes (N, {len(self.mean)}): "
                "use the model that the package was made with"
            )
        centred = embedding - self.mean
        along = centred @ self.components.T
        left = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        parts = np.concatenate([along**2, left[:, None]], axis=1)
        used = self.scale > 0
        distance = np.sqrt((parts[:, used] / self.scale[used] ** 2).sum(axis=1) / max(int(used.sum()), 1))
        return np.concatenate([along, distance[:, None]], axis=1).astype(np.float32)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return what `embedding.safetensors` of a package holds."""
        return {"mean": self.mean, "components": self.components, "scale": self.scale}

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> "Projection":
        """Return the projection whose `arrays` these are."""
        return Projection(*(np.asarray(arrays[name], np.float32) for name in ("mean", "components", "scale")))


def fit_projection(embedding: NDArray[np.float32], components: int = COMPONENTS) -> Projection:
    """Return the projection on the principal components of embeddings.

    Fit it to the samples of `choosing`, or to training samples: the samples that a projection was fitted to look nearer
    to the reference than those to come.

    Args:
        embedding: (N, E); the first 4096 samples are used.
        components: K; less where there are fewer dimensions or samples.

    Returns:
        The projection.

    Raises:
        InputError: Fewer than two samples, or a number that is not finite.

    Source: J. Jackson, G. Mudholkar, Control procedures for residuals associated with principal component analysis,
        Technometrics 21 (1979): the two parts of the distance.
    """
    used = np.asarray(embedding[:MOST], np.float64)
    if used.ndim != 2 or len(used) < 2 or not np.isfinite(used).all():
        raise InputError(f"embeddings of shape {used.shape} must be (N, E) finite numbers of at least two samples")
    mean = used.mean(axis=0)
    centred = used - mean
    _, lengths, rows = np.linalg.svd(centred, full_matrices=False)
    kept = rows[: min(components, len(used) - 1, used.shape[1])]
    # a singular vector's sign is arbitrary: the same data must give the same numbers on every machine
    kept = kept * np.sign(kept[np.arange(len(kept)), np.abs(kept).argmax(axis=1)])[:, None]
    scale = np.sqrt(np.append(lengths[: len(kept)] ** 2, (lengths[len(kept) :] ** 2).sum()) / len(used))
    scale[scale < 1e-6 * max(scale.max(), 1e-30)] = 0
    return Projection(mean.astype(np.float32), kept.astype(np.float32), scale.astype(np.float32))
