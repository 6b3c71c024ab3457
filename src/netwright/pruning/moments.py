"""Running mean and covariance of rows that come in batches."""

import torch
from torch import Tensor


class Moments:
    """Sums of rows about the mean of the first batch, so that no large numbers cancel.

    With c the mean of the first batch and D the rows minus c: mean = c + E[D], covariance = E[D D^T] - E[D] E[D]^T.
    Sums over batches are float64, but those of the products of all pairs, n^2 of them, which have the precision of the
    rows (float32 at least): half the memory, half the time, and a rounding of about 1e-6 of a
    variance, far below any damping.

    Args:
        size: n, numbers in a row.
        covariance: Whether the products of all pairs are kept.

    Source: Chan, Golub, LeVeque 1983, "Algorithms for computing the sample variance", shifted data.

    >>> moments = Moments(2, covariance=True)
    >>> moments.add(torch.tensor([[1.0, 0.0], [3.0, 0.0]]))
    >>> moments.add(torch.tensor([[5.0, 3.0]]))
    >>> moments.mean.tolist(), moments.variance.sum().item()
    ([3.0, 1.0], 4.666666666666666)
    >>> moments.covariance()
    tensor([[2.6667, 2.0000],
            [2.0000, 2.0000]])
    """

    def __init__(self, size: int, *, covariance: bool) -> None:
        self.count = 0
        self._pairs = covariance
        self._shift: Tensor | None = None
        self._products: Tensor | None = None
        self._sum = torch.zeros(size, dtype=torch.float64)
        self._squares = torch.zeros(size, dtype=torch.float64)

    def add(self, rows: Tensor) -> None:
        """Add rows, (m, n), of any floating type."""
        if not len(rows):
            return
        wide = rows if rows.dtype == torch.float64 else rows.float()
        if self._shift is None:
            self._shift = wide.mean(0)
        about = wide - self._shift
        self.count += len(rows)
        self._sum += about.sum(0).cpu()
        self._squares += about.square().sum(0).cpu()
        if self._pairs:
            if self._products is None:
                self._products = about.new_zeros(about.shape[1], about.shape[1])
            self._products.addmm_(about.T, about)

    @property
    def mean(self) -> Tensor:
        """(n,), float64."""
        shift = 0.0 if self._shift is None else self._shift.double().cpu()
        return shift + self._sum / self.count

    @property
    def variance(self) -> Tensor:
        """(n,), float64, never negative."""
        return (self._squares / self.count - (self._sum / self.count).square()).clamp(min=0)

    def covariance(self) -> Tensor | None:
        """Return the covariance, (n, n), in the precision of the rows; None where it is not kept.

        It is made in the place of the sums: no row can be added afterwards.
        """
        products, self._products = self._products, None
        if products is None:
            return None
        off = (self._sum / self.count).to(products)
        return products.div_(self.count).addr_(off, off, alpha=-1).cpu()
