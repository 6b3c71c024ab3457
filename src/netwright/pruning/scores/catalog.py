"""The scores that are known by name; another one is one more line here, or an object handed in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from netwright.pruning.criterion.arbitrary import Arbitrary
from netwright.pruning.criterion.presets import PRESETS
from netwright.pruning.criterion.reductions import RootMeanSquare
from netwright.pruning.criterion.rule import Criterion
from netwright.pruning.score import Score
from netwright.pruning.scores.cosine import Cosine
from netwright.pruning.scores.flap import Flap
from netwright.pruning.scores.magnitude import Magnitude
from netwright.pruning.scores.mask_fisher import MaskFisher
from netwright.pruning.scores.random import Random
from netwright.pruning.scores.second_order import SecondOrder
from netwright.pruning.scores.synflow import SynFlow
from netwright.pruning.scores.taylor import Taylor
from netwright.pruning.scores.wanda import Wanda
from netwright.records.errors import InputError, nearest

SCORES: Mapping[str, Callable[[], Score]] = MappingProxyType(
    {
        "second-order": SecondOrder,
        "mask-fisher": MaskFisher,
        "taylor": Taylor,
        "flap": Flap,
        "wanda": Wanda,
        "magnitude": Magnitude,
        "synflow": SynFlow,
        "cosine": Cosine,
        "criterion": lambda: Criterion(PRESETS["bert-3"], RootMeanSquare()),
        "arbitrary": Arbitrary,
        "random": Random,
    }
)
"""What makes each score with its standard settings."""


def find_score(score: str | Score) -> Score:
    """Return a score.

    Args:
        score: Its name in `SCORES`, or the score itself.

    Returns:
        The score.

    Raises:
        InputError: No score has that name.

    >>> find_score("flap").title
    'FLAP'
    """
    if not isinstance(score, str):
        return score
    if score not in SCORES:
        raise InputError(f"found no score {score!r}. {nearest(score, list(SCORES))}")
    return SCORES[score]()
