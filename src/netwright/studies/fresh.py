"""A candidate's model as it is before its first step: pretrained files in place, weights drawn, a start taken over."""

from pathlib import Path

from torch import nn

from netwright.data import catalog as data_catalog
from netwright.machine.seeds import seed_everything
from netwright.models.build import build
from netwright.models.catalog import ARCHITECTURES
from netwright.models.start import start_from
from netwright.records.candidate import Candidate


def fresh_model(candidate: Candidate, shape: tuple[int, ...], classes: int, seed: int | None = None) -> nn.Module:
    """Return the model of a candidate, not trained yet.

    Args:
        candidate: Its model, options, and the weights it starts from.
        shape: Of an input.
        classes: How many it tells apart.
        seed: What its first weights follow from; None draws them from the state that the generators are in.

    Returns:
        The model.

    Raises:
        CandidateError: It cannot be built.
        DataError: What it needs, such as a pretrained network, cannot be fetched.

    >>> candidate = Candidate(name="small", model="mlp", options={"hidden": [4]})
    >>> fresh_model(candidate, (1, 2, 2), 3, seed=0)[-1].out_features
    3
    """
    for name in needs_of(candidate):
        data_catalog.fetch(name)
    if seed is not None:
        seed_everything(seed)
    model = build(candidate, shape, classes)
    if candidate.recipe.weights is not None:
        start_from(model, Path(candidate.recipe.weights))
    return model


def needs_of(candidate: Candidate) -> tuple[str, ...]:
    """Return the sources that must be on the machine before a candidate can be built.

    Args:
        candidate: The candidate.

    Returns:
        Names of `netwright data fetch`.

    >>> needs_of(Candidate(name="a", model="minilm")), needs_of(Candidate(name="b", model="mlp"))
    (('minilm',), ())
    """
    if candidate.options.get("checkpoint"):
        # a folder of one's own takes the place of what would be fetched
        return ()
    return next((known.needs for known in ARCHITECTURES if known.name == candidate.model), ())
