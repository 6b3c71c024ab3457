"""What was read of every family through a training: sums and largest errors, and what changed it."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import torch

from netwright.dynamics.attribution import SHARES
from netwright.dynamics.family import Family, Floats
from netwright.records.dynamics import Attribution, ChargeSeries

COLUMNS = ("measured", "predicted", "flow", "error", "flow_error")


@dataclass(frozen=True, eq=False)
class Reading:
    """One family's charges at one reading.

    Args:
        measured: (charges,).
        magnitude: What errors are divided by, (charges,).
        predicted: Of the exact law, (charges,); nothing where the optimizer has none.
        flow: Of the continuous theory, (charges,); nothing likewise.
    """

    measured: Floats
    magnitude: Floats
    predicted: Floats | None
    flow: Floats | None

    def row(self) -> list[float]:
        """Return what is kept of it, in the order of `COLUMNS`; NaN where there is nothing.

        >>> one = np.ones(2)
        >>> Reading(one, 2 * one, one + 0.5, None).row()
        [2.0, 3.0, nan, 0.25, nan]
        """
        sums = [float("nan") if values is None else float(values.sum()) for values in (self.predicted, self.flow)]
        errors = [self._error(values) for values in (self.predicted, self.flow)]
        return [float(self.measured.sum()), *sums, *errors]

    def _error(self, theory: Floats | None) -> float:
        if theory is None:
            return float("nan")
        away = np.abs(self.measured - theory)
        # a charge of weights that are all 0 has no size, and errs by 0 while they stay so
        relative = np.divide(away, self.magnitude, out=np.where(away > 0, np.inf, 0.0), where=self.magnitude > 0)
        return float(relative.max(initial=0.0))


class Readings:
    """What was read of some families through a training: per reading five numbers a family.

    Args:
        families: What is watched.
    """

    def __init__(self, families: Sequence[Family]) -> None:
        self.families = tuple(families)
        self.steps: array[int] = array("q")
        self._rows: array[float] = array("d")
        self._shares: Floats = np.zeros((len(self.families), len(SHARES)))
        self._accounts = 0
        self._sizes = np.zeros(len(self.families))

    def add(self, step: int, readings: Sequence[Reading]) -> None:
        """Take up one reading, one entry a family, after so many steps."""
        if not self.steps:
            self._sizes = np.array([float(reading.magnitude.sum()) for reading in readings])
        self.steps.append(step)
        for reading in readings:
            self._rows.extend(reading.row())

    def attribute(self, shares: Sequence[Floats]) -> None:
        """Take up what changed each family in one step: the shares by their size, in the order of `SHARES`."""
        self._accounts += 1
        self._shares += np.asarray(shares).reshape(self._shares.shape)

    def series(self, last: tuple[int, Sequence[Reading]] | None) -> tuple[ChargeSeries, ...]:
        """Return one series a family.

        Args:
            last: A reading that is shown though not kept: the steps and one entry a family.

        Returns:
            In the order of the families.
        """
        steps, rows = list(self.steps), self._rows[:]
        if last is not None:
            steps.append(last[0])
            for reading in last[1]:
                rows.extend(reading.row())
        table = np.array(rows).reshape(len(steps), len(self.families), len(COLUMNS))
        return tuple(self._series(at, family, tuple(steps), table[:, at]) for at, family in enumerate(self.families))

    def state_dict(self) -> dict[str, Any]:
        """Return all of it as numbers and tensors."""
        return {
            "steps": torch.tensor(self.steps.tolist(), dtype=torch.int64),
            "rows": torch.tensor(self._rows.tolist(), dtype=torch.float64),
            "shares": torch.from_numpy(self._shares.copy()),
            "accounts": self._accounts,
            "sizes": torch.from_numpy(self._sizes.copy()),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict` was taken."""
        self.steps, self._rows = array("q", state["steps"].tolist()), array("d", state["rows"].tolist())
        self._shares, self._accounts = state["shares"].numpy().copy(), int(state["accounts"])
        self._sizes = state["sizes"].numpy().copy()

    def _series(self, at: int, family: Family, steps: tuple[int, ...], table: Floats) -> ChargeSeries:
        measured, predicted, flow, error, flow_error = table.T.tolist()
        account = None
        if self._accounts:
            account = Attribution(steps=self._accounts, **dict(zip(SHARES, self._shares[at].tolist(), strict=True)))
        return ChargeSeries(
            kind=family.symmetry.kind,
            place=family.symmetry.place,
            count=family.symmetry.count,
            exact=family.symmetry.exact,
            steps=steps,
            measured=tuple(measured),
            predicted=_known(predicted),
            flow=_known(flow),
            error=_known(error),
            flow_error=_known(flow_error),
            attribution=account,
            size=float(self._sizes[at]),
        )


def _known(values: list[float]) -> tuple[float | None, ...]:
    return tuple(value if isfinite(value) else None for value in values)
