"""Linear regression from running sums, held towards weights that are known."""

from dataclasses import dataclass

import torch
from torch import Tensor


class Sums:
    """What a regression of (N, d) on (N, n) needs to know of its samples: (n + 1)(n + 1 + d) numbers in float64.

    Products are taken in the samples' own type, which is many times as quick for float32, and added up in float64.

    Args:
        inputs: n.
        outputs: d.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        self.count = 0
        self.gram = torch.zeros(inputs + 1, inputs + 1, dtype=torch.float64)
        self.cross = torch.zeros(inputs + 1, outputs, dtype=torch.float64)

    def add(self, inputs: Tensor, outputs: Tensor) -> None:
        """Take in samples.

        Args:
            inputs: (N, n).
            outputs: (N, d).
        """
        x = torch.nn.functional.pad(inputs, (0, 1), value=1.0)
        self.count += len(x)
        self.gram += (x.T @ x).cpu()
        self.cross += (x.T @ outputs).cpu()


@dataclass(frozen=True)
class Ridge:
    """A regression whose weights are held to what they were: |W' - W|^2 costs `share` of the mean square of an input.

    Args:
        share: How strongly; 0 is plain least squares, which needs more samples than inputs. The bias is free.
    """

    share: float = 1e-2

    def solve(self, sums: Sums, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Return the weights and the bias that fit best.

        W' = W + (Y - X [W, b]^T)^T X (X^T X + lam I)^-1, lam = share * mean over inputs of sum x^2.

        Args:
            sums: The samples.
            weight: (d, n), what the weights are held to.
            bias: (d,); None for a map without one, which then gets none.

        Returns:
            float64 (d, n), and float64 (d,) or None.

        >>> sums, x = Sums(1, 1), torch.tensor([[0.0], [1.0], [2.0]])
        >>> sums.add(x, 3 * x + 1)
        >>> weight, bias = Ridge(0.0).solve(sums, torch.zeros(1, 1), torch.zeros(1))
        >>> round(weight.item(), 6), round(bias.item(), 6)
        (3.0, 1.0)
        """
        free = bias is not None
        size = len(sums.gram) if free else len(sums.gram) - 1
        gram, cross = sums.gram[:size, :size].clone(), sums.cross[:size]
        old = weight.detach().double().cpu()
        if bias is not None:
            old = torch.cat([old, bias.detach().double().cpu()[:, None]], dim=1)
        inputs = weight.shape[1]
        held = torch.zeros(size, dtype=torch.float64)
        if inputs:
            held[:inputs] = self.share * sums.gram.diagonal()[:inputs].mean()
        change = _solved(gram + held.diag(), cross - gram @ old.T).T
        new = old + change
        return new[:, :inputs], new[:, inputs] if free else None


def _solved(gram: Tensor, cross: Tensor) -> Tensor:
    factor, failed = torch.linalg.cholesky_ex(gram)
    if not failed.item():
        return torch.cholesky_solve(cross, factor)
    # inputs that never vary, or are sums of others: the smallest solution
    smallest: Tensor = torch.linalg.lstsq(gram, cross, driver="gelsd").solution
    return smallest
