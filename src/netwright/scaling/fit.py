"""Fit a scaling curve to measured errors."""

from numpy.typing import ArrayLike

from netwright.records.curve import Curve
from netwright.scaling.alternatives import compare
from netwright.scaling.draws import draw
from netwright.scaling.flags import find_flags, other_law
from netwright.scaling.law_fit import fit_law
from netwright.scaling.laws.catalog import laws_for
from netwright.scaling.noise import pool_noise, weigh
from netwright.scaling.observations import Floats, observe
from netwright.scaling.posterior import grid_posterior


def fit_curve(sizes: ArrayLike, errors: ArrayLike) -> Curve:
    """Return the power law with a floor that errors follow, with its uncertainty.

    e(n) = c + a (n/n0)^-b with a > 0, c >= 0. Variable projection (Golub & Pereyra 1973): at every exponent of a
    dense grid (a, c) is a weighted non-negative least-squares problem with a closed form, so there is no starting
    point and no failure to converge. The draws come from the posterior of this law and of its alternatives, each as
    often as the errors speak for it, so that the intervals also say what is not known about the law.

    Args:
        sizes: (K,) training samples, positive whole numbers, ascending; three or more.
        errors: (K, S) or (K,) errors in [0, 1], one row a size, one column a seed; NaN where a seed is missing.

    Returns:
        The curve: the constants of least squares, 1000 equally weighted draws, the pooled relative seed noise, flags,
        and how each law agrees with the errors.

    Raises:
        InputError: Sizes or errors are not of this kind; the message says where.

    >>> curve = fit_curve([125, 250, 500, 1000, 2000], [[0.05 + 4 * n**-0.5] for n in (125, 250, 500, 1000, 2000)])
    >>> round(curve.b, 2), round(curve.c, 2), curve.flags
    (0.5, 0.05, ('noise assumed: no size has 2 seeds, so 5% was taken',))
    """
    observations = observe(sizes, errors)
    points, expected = weigh(observations)
    noise, laws = pool_noise(observations, expected), laws_for(len(observations.sizes))
    draws = draw([grid_posterior(law, points, noise) for law in laws], points)
    fits = [fit_law(law, points) for law in laws]
    alternatives = compare(fits, points, noise, draws)
    a, b, c = fits[0].constants
    return Curve(
        sizes=observations.sizes,
        errors=_rows(observations.errors),
        n0=float(observations.sizes[0] / points.ratios[0]),
        a=a,
        b=b,
        c=c,
        draws=draws.constants,
        noise=noise.deviation,
        flags=find_flags(observations, expected, noise, fits[0]) + other_law(alternatives),
        laws=draws.laws,
        alternatives=alternatives,
    )


def _rows(errors: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in errors)
