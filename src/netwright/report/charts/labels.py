"""Labels beside what they name, moved apart until none covers another."""

from collections.abc import Sequence


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return positions moved as little as the order allows, so that neighbours are a gap apart.

    Neighbours that are too close form a block around their mean; blocks that touch are joined (pool adjacent
    violators), which minimises the sum of squared moves before the ends are respected.

    Args:
        positions: Wanted positions, in any order.
        gap: Smallest distance between two.
        low: Nothing goes below.
        high: Nothing goes above, where there is room.

    Returns:
        The positions, in the order given.

    >>> spread([5.0, 5.0, 20.0], gap=4.0, low=0.0, high=100.0)
    [3.0, 7.0, 20.0]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    blocks: list[list[float]] = []
    for rank, index in enumerate(order):
        blocks.append([positions[index] - rank * gap])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1] += last
    moved = [_mean(block) for block in blocks for _ in block]
    ceiling = max(low, high - gap * (len(order) - 1))
    placed = [0.0] * len(order)
    for rank, index in enumerate(order):
        placed[index] = min(max(moved[rank], low), ceiling) + rank * gap
    return placed


def place_beside(
    points: Sequence[tuple[float, float]], widths: Sequence[float], height: float, middle: float
) -> list[float]:
    """Return how far each label moves up or down to be clear of the other labels and points.

    A label stands right of its point in the left half of the drawing, left of it in the right half, and above or
    below the point's own row, which its interval takes. Each takes the nearest free row, in the order given.

    Args:
        points: (x, y) of each point, in pixels.
        widths: Width of each label, in pixels.
        height: Height of a row, in pixels.
        middle: Where the right half begins.

    Returns:
        The move of each label, in pixels; positive moves increase y.

    >>> place_beside([(0.0, 0.0), (5.0, 2.0)], widths=[40.0, 40.0], height=15.0, middle=50.0)
    [-12.0, 12.0]
    """
    taken: list[tuple[float, float, float]] = [(x - 4, x + 4, y) for x, y in points]
    moves = []
    for index, ((x, y), width) in enumerate(zip(points, widths, strict=True)):
        left, right = (x + 8, x + 8 + width) if is_left(x, middle) else (x - 8 - width, x - 8)
        others = [mark for i, mark in enumerate(taken) if i != index]
        rows = _outward(height)
        move = next((row for row in rows if _free(left, right, y + row, height, others)), rows[0])
        taken.append((left, right, y + move))
        moves.append(move)
    return moves


def is_left(x: float, middle: float) -> bool:
    """Return whether a point is in the left part, so that its label goes to its right."""
    return x <= middle


def _outward(height: float) -> list[float]:
    return [sign * (step + 0.8) * height for step in range(5) for sign in (-1.0, 1.0)]


def _free(left: float, right: float, y: float, height: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    return not any(left < r and right > lft and abs(y - other) < height * 0.75 for lft, r, other in taken)


def _mean(block: list[float]) -> float:
    return sum(block) / len(block)
