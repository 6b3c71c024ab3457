"""What a check of a data set looks at."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from netwright.data.dataset import Dataset
from netwright.data.validation.columns import Columns
from netwright.records.validation import Drift, Expectations, Finding, Profile

NAMED = 5
"""Samples that a finding names."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A data set, with what was computed once for all checks.

    Args:
        dataset: The data.
        train: What is watched of the training part.
        test: What is watched of the test part.
        profile: The statistics of this version.
        expectations: What it must be.
        previous: The statistics of the last version; None where there was none.
        drifts: How far it moved since then.
        parts: How far the test part is from the training part.
    """

    dataset: Dataset
    train: Columns
    test: Columns
    profile: Profile
    expectations: Expectations
    previous: Profile | None = None
    drifts: tuple[Drift, ...] = ()
    parts: tuple[Drift, ...] = ()

    def places(self, part: str, indices: Iterable[int]) -> tuple[str, ...]:
        """Return what the first of some samples are called: their files, else their part and index from 0.

        Args:
            part: `train` or `test`.
            indices: Of the samples.

        Returns:
            At most `NAMED` names.
        """
        first = [index for index, _ in zip(indices, range(NAMED), strict=False)]
        files: Sequence[str] = getattr(self.dataset, f"{part}_files", ())
        return tuple(files[index] if files else f"{part}[{index}]" for index in first)


Check = Callable[[Subject], Iterable[Finding]]
