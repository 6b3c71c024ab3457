"""Reading a statistic that may not have been collected."""

from torch import Tensor

from netwright.records.errors import InputError


def known(value: Tensor | None, name: str, score: str) -> Tensor:
    """Return a statistic.

    Args:
        value: What the statistics hold.
        name: Its field in `SiteStatistics`.
        score: Title of the score that reads it.

    Returns:
        The value.

    Raises:
        InputError: It was not collected.
    """
    if value is None:
        raise InputError(
            f"{score} reads the statistic {name!r}, which was not collected; collect what the score's `wanted` says"
        )
    return value
