"""What any step, of whichever optimizer, makes of a quadratic charge."""

from netwright.dynamics.laws.settings import Floats


def attribute_change(before_update: Floats, update_square: Floats) -> Floats:
    """Return the change of Q = <theta, D theta> over a step theta <- theta + delta.

    dQ = 2 <theta, D delta> + <delta, D delta>: the first term is what the direction of the step does, the second what
    its finite size does. An identity for every optimizer, so it attributes and predicts nothing.

    Args:
        before_update: <theta, D delta>, (charges,), theta before the step.
        update_square: <delta, D delta>, (charges,).

    Returns:
        Q' - Q, (charges,).

    >>> import numpy as np
    >>> attribute_change(np.array([-1.0]), np.array([0.5])).tolist()
    [-1.5]
    """
    return 2 * before_update + update_square
