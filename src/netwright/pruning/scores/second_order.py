"""Optimal brain surgeon with the Kronecker-factored curvature of the model's own answers."""

from dataclasses import dataclass

import torch
from torch import Tensor

from netwright.pruning.removal import Removal, rising
from netwright.pruning.score import Question
from netwright.pruning.scores.elimination import eliminate
from netwright.pruning.scores.known import known
from netwright.pruning.statistics import SiteStatistics, Wanted
from netwright.structure.linear_map import bias_of, weight_of
from netwright.structure.transformer.site import Site


@dataclass(frozen=True)
class SecondOrder:
    """How much the answers change when units go and the reader's other weights make up for them as well as they can.

    To second order the divergence from the dense model's answers, in nats a text, is 1/2 tr(F D S D^T) for a change D
    of the reader's weights, with F the Fisher information at its output and S the covariance of its inputs, since its
    bias is free (E[a a^T] where it has none). `eliminate` removes the units one step after another. S is damped
    relative to its diagonal, so that the scale of a neuron plays no part, and F by a share of its mean diagonal.

    Args:
        damping: Added to the diagonal of the inputs' correlations.
        fisher_damping: Added to F's diagonal, as a share of its mean.
        together: Inputs that go in one step.

    Source: Hassibi and Stork 1993, "Second order derivatives for network pruning"; Martens and Grosse 2015 for the
    factors; Kurtic et al. 2022, "The Optimal BERT Surgeon", for structures.
    """

    damping: float = 1e-3
    fisher_damping: float = 1e-2
    together: int = 16

    @property
    def title(self) -> str:
        """Its name with its settings."""
        return f"second order (damping {self.damping:g} and {self.fisher_damping:g}, {self.together} at a time)"

    @property
    def wanted(self) -> Wanted:
        """Covariances and Fisher information."""
        return Wanted(covariance=True, fisher=True)

    @property
    def rescale_invariant(self) -> bool:
        """It is: only what a neuron writes counts."""
        return True

    def rank(self, question: Question) -> list[Removal]:
        """Return the order and the costs of elimination, in nats a text."""
        return [
            self._one(question, site, statistics)
            for site, statistics in zip(question.sites, question.statistics, strict=True)
        ]

    def _one(self, question: Question, site: Site, statistics: SiteStatistics) -> Removal:
        reader = question.transformer.module(site.reader)
        moment = known(statistics.covariance, "covariance", self.title).to(torch.float64, copy=True)
        if bias_of(reader) is None:
            moment.addr_(statistics.mean, statistics.mean)
        scale = moment.diagonal().clamp(min=0).sqrt()
        # an input that never moves writes nothing that the bias could not: it goes first, at no cost
        inward = torch.where(scale > 0, 1 / scale, 0.0)
        moment.mul_(inward[:, None]).mul_(inward)
        moment.diagonal().fill_(1 + self.damping)
        weight = weight_of(reader).detach().double().cpu() * scale
        factor = self._factor(known(statistics.fisher, "fisher", self.title))
        order, cost = eliminate(factor.T @ weight, moment, site.width, max(1, self.together // site.width))
        return rising(order, cost / 2)

    def _factor(self, fisher: Tensor) -> Tensor:
        """Return a lower triangular L with L L^T the damped Fisher information."""
        damped = fisher.clone()
        # where no gradient arrives at all every unit is free, and any factor is right
        damped.diagonal().add_(max(self.fisher_damping * float(fisher.diagonal().mean()), 1e-30))
        factor: Tensor = torch.linalg.cholesky(damped)
        return factor
