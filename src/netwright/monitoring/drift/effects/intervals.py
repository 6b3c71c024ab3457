"""Effects with their intervals, by drawing windows again."""

import numpy as np
from numpy.typing import NDArray

from netwright.monitoring.drift.effects.effect import EffectSize
from netwright.records.drift import Effect

DRAWS = 200
LEVEL = 0.95


def told(
    sizes: tuple[EffectSize, ...], reference: NDArray[np.int64], rows: NDArray[np.int64], seed: int
) -> tuple[Effect, ...]:
    """Return each effect size of a window, with its interval.

    The interval is the 95% bootstrap percentile interval around the value: windows are drawn again from the window's
    own shares.

    Args:
        sizes: What is measured.
        reference: (K,) reference values in each bin.
        rows: (K,) rows in each bin.
        seed: Of the draws.

    Returns:
        One effect a size; none where the window is empty.

    Source: B. Efron, Better bootstrap confidence intervals, 1987 (the percentile interval).
    """
    n = int(rows.sum())
    if not n:
        return ()
    draws = np.random.default_rng(seed).multinomial(n, rows / n, DRAWS)
    effects = []
    for size in sizes:
        value = float(size.between(reference, rows[None])[0])
        low, high = np.quantile(size.between(reference, draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        bounds = {"low": min(float(low), value), "high": max(float(high), value)}
        effects.append(Effect(name=size.name, value=value, n=n, threshold=size.threshold, **bounds))
    return tuple(effects)


def matters(sizes: tuple[EffectSize, ...], reference: NDArray[np.int64], rows: NDArray[np.int64]) -> bool:
    """Return whether any effect size of a window is at its threshold or above.

    Args:
        sizes: What is measured.
        reference: (K,) reference values in each bin.
        rows: (K,) rows in each bin; at least one row.

    Returns:
        Whether it matters.
    """
    judged = [size for size in sizes if size.threshold is not None]
    return any(float(size.between(reference, rows[None])[0]) >= (size.threshold or 0.0) for size in judged)
