"""What ranks the units of a network: the interface that every score has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from netwright.pruning.removal import Removal
from netwright.pruning.statistics import SiteStatistics, Wanted
from netwright.structure.transformer.read import Transformer
from netwright.structure.transformer.site import Site
from netwright.structure.transformer.stream import Batch


@dataclass(frozen=True, eq=False)
class Question:
    """What a score is asked about.

    Args:
        transformer: The network.
        sites: The places whose units may go.
        batches: Calibration texts as the model takes them; no labels are needed.
        statistics: What `Score.wanted` asked for, one a site; empty where it asked for nothing.
    """

    transformer: Transformer
    sites: Sequence[Site]
    batches: Sequence[Batch]
    statistics: Sequence[SiteStatistics]


class Score(Protocol):
    """Ranks the units of a network; a member of `netwright.pruning.scores.catalog.SCORES`, or one of your own."""

    @property
    def title(self) -> str:
        """Its name with its settings, as a plan states it."""
        ...

    @property
    def wanted(self) -> Wanted | None:
        """Statistics that must be collected first; None for none at all."""
        ...

    @property
    def rescale_invariant(self) -> bool:
        """Whether scaling a ReLU neuron's two weights by c and 1/c leaves the ranking as it is."""
        ...

    def rank(self, question: Question) -> list[Removal]:
        """Return how the units of each site would go.

        Args:
            question: The network, the places, and what is known of them.

        Returns:
            One removal a site, their costs comparable between sites.

        Raises:
            ModelError: The network lacks what the score needs.
        """
        ...
