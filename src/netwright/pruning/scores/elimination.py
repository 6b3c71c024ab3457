"""Greedy elimination of columns from a quadratic loss, the ones that stay making up for those that go."""

import torch
from torch import Tensor

COMPACT = 0.8
"""Arrays are packed anew when fewer columns than this share are left: each step costs as much as they are wide."""


def eliminate(weight: Tensor, covariance: Tensor, width: int, together: int) -> tuple[Tensor, Tensor]:
    """Return in which order units go from y = W x when what stays is fitted again after each, and what each costs.

    The loss of new weights is |(W' - W) H^(1/2)|^2. With P = H^-1 and V = W, the units J of the smallest
    tr(V_u P_uu^-1 V_u^T) go next, at the cost tr(V_J P_JJ^-1 V_J^T); then V -= V_J P_JJ^-1 P_J: and
    P -= P_:J P_JJ^-1 P_J:, after which V is the best weight on what is left, and P the inverse of its H. With the
    Cholesky factor L of P_JJ, column k of V_J L^-T has the square that is the cost of unit k after those before it.

    Args:
        weight: W, (d, n), float64.
        covariance: H, (n, n), float64, positive definite.
        width: Columns of a unit; unit u has columns u * width ... (u + 1) * width - 1.
        together: Units that go in one step: more is quicker and less greedy.

    Returns:
        The order, int64 (n / width,), and the cost of each unit after those before it, float64.

    Source: optimal brain surgeon, Hassibi and Stork 1993, equation 5; for blocks of columns Kurtic et al. 2022,
    "The Optimal BERT Surgeon", section 3.

    >>> order, cost = eliminate(torch.tensor([[3.0, 1.0]], dtype=torch.float64), torch.eye(2).double(), 1, 1)
    >>> order.tolist(), cost.tolist()
    ([1, 0], [1.0, 9.0])
    """
    values = weight.clone()
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(covariance))
    left = torch.arange(weight.shape[1] // width, device=weight.device)
    alive = torch.ones_like(left, dtype=torch.bool)
    order, cost = [], []
    for _ in range(-(-len(left) // together)):
        if alive.sum() < COMPACT * len(alive):
            values, inverse, left, alive = _packed(values, inverse, left, alive, width)
        single = _costs(values, inverse, alive, width)
        goes = single.argsort(stable=True)[: min(together, int(alive.sum()))]
        columns = (goes[:, None] * width + torch.arange(width, device=goes.device)).flatten()
        factor = torch.linalg.cholesky(inverse[columns][:, columns])
        half = torch.linalg.solve_triangular(factor, inverse[columns], upper=False)
        mixed = torch.linalg.solve_triangular(factor, values[:, columns].T, upper=False)
        order.append(left[goes])
        cost.append(mixed.square().sum(1).reshape(-1, width).sum(1))
        values.addmm_(mixed.T, half, alpha=-1)
        inverse.addmm_(half.T, half, alpha=-1)
        alive[goes] = False
    return torch.cat(order), torch.cat(cost)


def _costs(values: Tensor, inverse: Tensor, alive: Tensor, width: int) -> Tensor:
    if width == 1:
        single = values.square().sum(0) / inverse.diagonal()
    else:
        units = len(alive)
        blocks = inverse.reshape(units, width, units, width).diagonal(dim1=0, dim2=2).movedim(-1, 0)
        blocks = torch.where(alive[:, None, None], blocks, torch.eye(width, dtype=blocks.dtype, device=blocks.device))
        columns = values.T.reshape(units, width, -1)
        mixed = torch.linalg.solve_triangular(torch.linalg.cholesky(blocks), columns, upper=False)
        single = mixed.square().sum((1, 2))
    return single.masked_fill(~alive, torch.inf)


def _packed(
    values: Tensor, inverse: Tensor, left: Tensor, alive: Tensor, width: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    columns = alive.repeat_interleave(width)
    return values[:, columns], inverse[columns][:, columns], left[alive], alive[alive]
