"""What a summary is: the few numbers of an input that are watched."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Summary(Protocol):
    """The numbers of one kind of input; `summary_for` has them all."""

    @property
    def names(self) -> tuple[str, ...]:
        """What each number is, in their order."""
        ...

    def numbers(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """Return the numbers of some inputs.

        Args:
            inputs: (N, *shape), as the models take them.

        Returns:
            (N, F); NaN where an input has no such number.
        """
        ...
