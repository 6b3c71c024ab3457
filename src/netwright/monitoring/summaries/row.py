"""The numbers of a row: its values, and how many of them are missing."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netwright.records.errors import InputError


class RowSummary:
    """Each value of a row, and the share of its values that are missing (NaN).

    Args:
        features: Name of each value.

    >>> RowSummary(("age", "pay")).numbers(np.array([[3.0, np.nan]], np.float32)).tolist()
    [[3.0, nan, 0.5]]
    """

    def __init__(self, features: tuple[str, ...]) -> None:
        self.names = (*features, "missing values")

    def numbers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """Return the numbers of rows (N, values).

        Args:
            inputs: The rows.

        Returns:
            (N, values + 1).

        Raises:
            InputError: Rows with another number of values.
        """
        if inputs.ndim != 2 or inputs.shape[1] != len(self.names) - 1:
            raise InputError(f"rows have shape {inputs.shape}, expected (N, {len(self.names) - 1}): hand in all values")
        values = inputs.astype(np.float32)
        return np.concatenate([values, np.isnan(values).mean(axis=1, dtype=np.float32)[:, None]], axis=1)
