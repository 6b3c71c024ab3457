"""Any order: the baseline that every score must beat."""

from dataclasses import dataclass

import torch

from netwright.pruning.removal import Removal, by_importance
from netwright.pruning.score import Question


@dataclass(frozen=True)
class Random:
    """Units in random order, every place losing about the same share.

    Args:
        seed: Of the draw.
    """

    seed: int = 0

    @property
    def title(self) -> str:
        """Its name with its seed."""
        return f"random (seed {self.seed})"

    @property
    def wanted(self) -> None:
        """No statistics."""
        return

    @property
    def rescale_invariant(self) -> bool:
        """It is: it looks at nothing."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the units in random order."""
        generator = torch.Generator().manual_seed(self.seed)
        return [by_importance(torch.rand(site.count, generator=generator)) for site in question.sites]
