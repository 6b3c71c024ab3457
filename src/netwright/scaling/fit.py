"""Fit a scaling curve to measured errors."""

from numpy.typing import ArrayLike

from netwright.records.curve import Curve
from netwright.scaling.draws import draw
from netwright.scaling.flags import find_flags
from netwright.scaling.least_squares import best_law
from netwright.scaling.noise import pool_noise, weigh
from netwright.scaling.observations import Floats, observe
from netwright.scaling.posterior import grid_posterior


def fit_curve(sizes: ArrayLike, errors: ArrayLike) -> Curve:
    """Return the power law with a floor that errors follow, with its uncertainty.

    e(n) = c + a (n/n0)^-b with a > 0, c >= 0. Variable projection (Golub & Pereyra 1973): at every exponent of a
    dense grid (a, c) is a weighted non-negative least-squares problem with a closed form, so there is no starting
    point and no failure to converge. The draws come from a posterior over b on that grid and Student-t in (a, c).

    Args:
        sizes: (K,) training images, positive whole numbers, ascending; three or more.
        errors: (K, S) or (K,) errors in [0, 1], one row a size, one column a seed; NaN where a seed is missing.

    Returns:
        The curve: the constants of least squares, 1000 equally weighted draws, the pooled relative seed noise, flags.

    Raises:
        InputError: Sizes or errors are not of this kind; the message says where.

    >>> curve = fit_curve([125, 250, 500, 1000, 2000], [[0.05 + 4 * n**-0.5] for n in (125, 250, 500, 1000, 2000)])
    >>> round(curve.b, 2), round(curve.c, 2), curve.flags
    (0.5, 0.05, ('noise assumed: no size has 2 seeds, so 5% was taken',))
    """
    observations = observe(sizes, errors)
    points, expected = weigh(observations)
    noise = pool_noise(observations, expected)
    best = best_law(points)
    draws = draw(grid_posterior(points, noise), points.ratios)
    return Curve(
        sizes=observations.sizes,
        errors=_rows(observations.errors),
        n0=float(observations.sizes[0] / points.ratios[0]),
        a=best.a,
        b=best.b,
        c=best.c,
        draws=_triples(draws),
        noise=noise.deviation,
        flags=find_flags(observations, expected, noise, best),
    )


def _rows(errors: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in errors)


def _triples(draws: Floats) -> tuple[tuple[float, float, float], ...]:
    return tuple((a, b, c) for a, b, c in draws.tolist())
