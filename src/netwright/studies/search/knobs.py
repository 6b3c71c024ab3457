"""What a modification search may change about a candidate, and to what."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any, Literal

from netwright.models.build import find_factory
from netwright.records.candidate import Candidate
from netwright.records.errors import CandidateError
from netwright.records.search import ChangeKind

Place = Literal["options", "recipe"]

TABLE_III = ([32, 32, 64, 64], [32, 64, 64, 32], [32, 64, 64, 128], [32, 64, 128, 128], [32, 64, 64, 64])
"""Filters of three stages and of an additional one with dropout: the grid of the scalability paper's table III."""


@dataclass(frozen=True)
class Knob:
    """One thing that may be changed.

    Args:
        name: The key of the option or of the recipe.
        kind: Whether it changes layers, values, or which hyper-parameters are used.
        place: Where the key stands.
        values: What it may be, ascending where that means something; the candidate's own value is among them.
    """

    name: str
    kind: ChangeKind
    place: Place
    values: tuple[Any, ...]

    def of(self, candidate: Candidate) -> int:
        """Return the index of a candidate's own value.

        Args:
            candidate: A candidate whose value is one of these.

        Returns:
            The index into `values`.
        """
        return self.values.index(value_of(candidate, self.place, self.name))

    def set(self, candidate: Candidate, index: int) -> Candidate:
        """Return a candidate with another value.

        Args:
            candidate: The candidate.
            index: Of the value.

        Returns:
            The changed candidate, of the same name.
        """
        value = self.values[index]
        if self.place == "recipe":
            return candidate.model_copy(update={"recipe": candidate.recipe.model_copy(update={self.name: value})})
        options = {key: old for key, old in candidate.options.items() if key != self.name}
        # None is the absence of an option
        return candidate.model_copy(update={"options": options if value is None else {**options, self.name: value}})


def knobs_of(candidate: Candidate) -> tuple[Knob, ...]:
    """Return what may be changed about a candidate of the zoo.

    Half of the proposals change how many layers there are, 30% the values of hyper-parameters, 20% which
    hyper-parameters are used (scalability paper, section III; its table III is the grid of ResNet's filters).

    Args:
        candidate: The hand-written candidate.

    Returns:
        Its knobs, its own value among the values of each.

    Raises:
        CandidateError: The model is not one whose layers are known here.

    >>> knobs_of(Candidate(name="r", model="resnet", options={"depth": 8}))[0].values
    (8, 14, 20, 26, 32)
    """
    makers = _ARCHITECTURES.get(candidate.model)
    if makers is None:
        raise CandidateError(
            f"candidate {candidate.name!r}: a search cannot modify the model {candidate.model!r}; "
            f"it knows {', '.join(sorted(_ARCHITECTURES))}"
        )
    return tuple(make(candidate) for make in (*makers, *_RECIPE))


def value_of(candidate: Candidate, place: Place, name: str) -> Any:
    """Return what a candidate states for a key, or what its factory takes where it states nothing.

    Args:
        candidate: The candidate.
        place: Where the key stands.
        name: The key.

    Returns:
        The value.

    >>> value_of(Candidate(name="r", model="resnet"), "options", "depth")
    20
    """
    if place == "recipe":
        return getattr(candidate.recipe, name)
    factory, _ = find_factory(candidate)
    default = signature(factory).parameters[name].default
    stated = candidate.options.get(name, default)
    return list(stated) if isinstance(stated, tuple) else stated


_Make = Callable[[Candidate], Knob]


def _one_of(name: str, kind: ChangeKind, place: Place, values: tuple[Any, ...]) -> _Make:
    def make(candidate: Candidate) -> Knob:
        own = value_of(candidate, place, name)
        found = values if own in values else (*values, own)
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in found)
        return Knob(name, kind, place, tuple(sorted(found)) if numbers else found)

    return make


def _multiples(name: str, place: Place, factors: tuple[float, ...]) -> _Make:
    def make(candidate: Candidate) -> Knob:
        own = value_of(candidate, place, name)
        whole = isinstance(own, int)
        scaled = (max(1, round(own * f)) if whole else float(f"{own * f:.4g}") for f in factors)
        return Knob(name, "values", place, tuple(sorted({*scaled, own})))

    return make


def _hidden(candidate: Candidate) -> Knob:
    """Return fewer, more, and narrower layers than the candidate's own."""
    own = value_of(candidate, "options", "hidden")
    full = own[0] if own else 64
    half, quarter = max(full // 2, 1), max(full // 4, 1)
    forms = ([full], [half], [full, half], [half, half], [half, quarter], [half, quarter, quarter], [quarter] * 4, own)
    return Knob("hidden", "layers", "options", tuple(form for i, form in enumerate(forms) if form not in forms[:i]))


_DROPOUT = _one_of("dropout", "values", "options", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5))
_WIDTH = _multiples("width", "options", (0.5, 0.75, 1.0, 1.25, 1.5))
_ARCHITECTURES: dict[str, tuple[_Make, ...]] = {
    "resnet": (
        _one_of("depth", "layers", "options", (8, 14, 20, 26, 32)),
        _one_of("filters", "values", "options", (None, *TABLE_III)),
        _WIDTH,
        _DROPOUT,
    ),
    "googlenet": (
        _one_of("depth", "layers", "options", (10, 12, 14, 16, 18, 20, 22)),
        _WIDTH,
        _DROPOUT,
        _one_of("norm", "which", "options", (True, False)),
        _one_of("auxiliary", "which", "options", (True, False)),
    ),
    "alexnet": (_one_of("depth", "layers", "options", (3, 4, 5, 6, 7, 8)), _WIDTH, _DROPOUT),
    "mlp": (_hidden, _DROPOUT),
}
MODIFIABLE = tuple(_ARCHITECTURES)
"""The models whose layers are known here."""
_RECIPE: tuple[_Make, ...] = (
    _multiples("lr", "recipe", (0.25, 0.5, 1.0, 2.0, 4.0)),
    _multiples("batch_size", "recipe", (0.5, 1.0, 2.0)),
    _multiples("epochs", "recipe", (0.6, 0.8, 1.0)),
    _multiples("weight_decay", "recipe", (0.2, 1.0, 5.0)),
    _one_of("augment", "which", "recipe", ("none", "shift", "flip", "shift-flip")),
    _one_of("schedule", "which", "recipe", ("constant", "cosine", "one-cycle")),
    _one_of("optimizer", "which", "recipe", ("sgd", "adamw")),
)
