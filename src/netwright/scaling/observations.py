"""What a curve is fitted to: errors at sizes and seeds, checked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netwright.records.errors import InputError

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

FEWEST_SIZES = 3
"""A law with three constants needs three sizes."""


@dataclass(frozen=True)
class Observations:
    """Errors that were measured, without the sizes that have none.

    Args:
        sizes: (K,) training samples, ascending.
        errors: (K, S) errors in [0, 1]; NaN where a seed is missing, at least one number a row.
        missing: Sizes that were given but have no error at all.
    """

    sizes: tuple[int, ...]
    errors: Floats
    missing: tuple[int, ...] = ()

    @property
    def counts(self) -> Floats:
        """(K,) how many seeds each size has."""
        return np.asarray(np.isfinite(self.errors).sum(axis=1), dtype=float)

    @property
    def means(self) -> Floats:
        """(K,) mean error over the seeds of each size, in [0, 1]."""
        # in sorted order, so that the order of the seeds cannot move the last digit
        return np.asarray(np.nansum(np.sort(self.errors, axis=1), axis=1) / self.counts)

    @property
    def ratios(self) -> Floats:
        """(K,) sizes over their geometric mean."""
        # through the ratio to the first size, so that a change of unit leaves every digit as it is
        relative = np.asarray(self.sizes, dtype=float) / self.sizes[0]
        return np.asarray(relative / np.exp(np.log(relative).mean()))


def observe(sizes: ArrayLike, errors: ArrayLike) -> Observations:
    """Return errors over sizes in the form that fits read, or say what is wrong with them.

    Args:
        sizes: (K,) training samples, positive whole numbers, ascending.
        errors: (K, S) or (K,) errors in [0, 1]; NaN where a seed is missing.

    Returns:
        The observations; sizes without any error are set aside.

    Raises:
        InputError: Sizes or errors are not of this kind, or fewer than three sizes have an error.

    >>> observe([100, 200, 400, 800], [[0.4, 0.5], [0.3, float("nan")], [0.2, 0.2], [float("nan")] * 2]).sizes
    (100, 200, 400)
    """
    counted = _check_sizes(sizes)
    measured = _check_errors(errors, len(counted))
    has_errors = np.asarray(np.isfinite(measured).any(axis=1))
    if has_errors.sum() < FEWEST_SIZES:
        found = f"{has_errors.sum()} of {len(counted)} sizes have an error"
        raise InputError(f"{found}; a curve needs errors at {FEWEST_SIZES} sizes or more: measure further sizes")
    kept = tuple(counted[index] for index in np.flatnonzero(has_errors))
    return Observations(kept, measured[has_errors], tuple(size for size in counted if size not in kept))


def _check_sizes(sizes: ArrayLike) -> tuple[int, ...]:
    try:
        found = np.asarray(sizes, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"sizes must be a list of numbers, found {sizes!r}; write for example [125, 250, 500]"
        ) from error
    if found.ndim != 1:
        raise InputError(f"sizes have shape {found.shape}; give a flat list with one number a size")
    for index, size in enumerate(found):
        if not (np.isfinite(size) and size > 0 and size == int(size)):
            raise InputError(f"sizes[{index}] is {size:g}; sizes count training samples: positive whole numbers only")
    for index in np.flatnonzero(np.diff(found) <= 0).tolist():
        pair = f"sizes[{index}] = {found[index]:g} is followed by {found[index + 1]:g}"
        raise InputError(f"{pair}; sort the sizes (and the rows of errors with them), each size once")
    return tuple(int(size) for size in found)


def _check_errors(errors: ArrayLike, rows: int) -> Floats:
    try:
        found = np.array(errors, dtype=float)
    except (TypeError, ValueError) as error:
        advice = "give one row a size, one column a seed, NaN where a seed is missing"
        raise InputError(f"errors are no table of numbers ({error}); {advice}") from error
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2 or len(found) != rows:
        raise InputError(
            f"errors have shape {np.shape(errors)} for {rows} sizes; "
            f"give shape ({rows}, seeds): one row a size, one column a seed, NaN where a seed is missing"
        )
    wrong = ~np.isnan(found) & ~((found >= 0) & (found <= 1))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        value = f"errors[{row}][{column}] is {found[row, column]:g}"
        raise InputError(f"{value}; an error is a share in [0, 1]: divide per cents by 100, and use 1 - accuracy")
    return found
