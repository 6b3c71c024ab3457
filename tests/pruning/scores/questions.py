"""Asking scores about small models."""

from netwright.pruning.collect import collect
from netwright.pruning.score import Question
from netwright.structure.transformer.read import read_transformer


def ask(score, model, batches, units=("neurons",)):
    """Return the removals of a score, and the places they are of."""
    transformer = read_transformer(model)
    sites = [site for unit in units for site in getattr(transformer, unit)]
    statistics = [] if score.wanted is None else collect(transformer, sites, batches, score.wanted)
    return score.rank(Question(transformer, sites, batches, statistics)), sites
