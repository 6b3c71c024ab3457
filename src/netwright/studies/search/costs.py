"""What a candidate costs, known before it is trained."""

from dataclasses import dataclass
from functools import cache

from netwright.models.build import build
from netwright.qualities.complexity import predict_complexity
from netwright.records.candidate import Candidate

ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class Cost:
    """A candidate's cost by its structure.

    Args:
        flops: Operations of one image's forward pass.
        parameters: Numbers in its parameters.
        training: Operations an image in all epochs.
    """

    flops: float
    parameters: float
    training: float

    def within(self, limit: "Cost") -> bool:
        """Return whether nothing costs more than the limit.

        >>> Cost(1, 2, 3).within(Cost(1, 2, 4)), Cost(2, 1, 1).within(Cost(1, 2, 4))
        (True, False)
        """
        pairs = ((self.flops, limit.flops), (self.parameters, limit.parameters), (self.training, limit.training))
        return all(own <= most * ROUNDING for own, most in pairs)


def cost_of(candidate: Candidate, shape: tuple[int, ...], classes: int) -> Cost:
    """Return what a candidate costs.

    Args:
        candidate: The candidate.
        shape: Of an input.
        classes: How many it tells apart.

    Returns:
        The cost.
    """
    return _cost(candidate.model_copy(update={"name": "any"}).to_json(), shape, classes)


@cache
def _cost(candidate_json: str, shape: tuple[int, ...], classes: int) -> Cost:
    candidate = Candidate.from_json(candidate_json)
    found = predict_complexity(build(candidate, shape, classes), shape, candidate.recipe, classes)
    return Cost(found.flops, found.parameters, found.flops * candidate.recipe.epochs)
