"""A candidate: a model that a study may choose, how it is built and how it is trained."""

from typing import Annotated, Literal

from pydantic import Field

from netwright.records.record import Record

OPTIMIZERS = ("sgd", "adam", "adamw")
SCHEDULES = ("constant", "cosine", "one-cycle", "plateau")


class Recipe(Record):
    """How a candidate is trained by gradient descent.

    Args:
        optimizer: `sgd`, `adam` or `adamw`.
        lr: Learning rate (the peak, where the schedule moves it).
        momentum: Momentum of `sgd`.
        weight_decay: L2 penalty (`sgd`, `adam`) or decoupled decay (`adamw`).
        epochs: Passes over the training samples.
        batch_size: Images a step.
        schedule: How the learning rate moves over the training; `plateau` lowers it where the validation loss stays.
        augment: Random changes of training samples: none, shifts by up to a tenth, mirror images, or both; of clips
            also crops at a corner or the centre. Every frame of a clip is changed alike.
        weights: A safetensors file to start from; tensors that fit by name and shape are taken over.
    """

    optimizer: Literal["sgd", "adam", "adamw"] = "sgd"
    lr: Annotated[float, Field(gt=0)] = 0.05
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9
    weight_decay: Annotated[float, Field(ge=0)] = 5e-4
    epochs: Annotated[int, Field(ge=1)] = 8
    batch_size: Annotated[int, Field(ge=1)] = 64
    schedule: Literal["constant", "cosine", "one-cycle", "plateau"] = "cosine"
    augment: Literal["none", "shift", "flip", "shift-flip", "corner-crop", "corner-crop-flip"] = "none"
    weights: str | None = None


class Prune(Record):
    """What is done to a trained candidate to make another, smaller one of it; it is not trained again.

    Args:
        base: Name of the candidate that is pruned.
        keep: Share of the neurons of its feed-forward networks that stay.
        score: What ranks the neurons: a name of `netwright.pruning.scores.catalog`.
        repair: Whether the maps that read the neurons are mended in closed form.
        texts: Training samples that are looked at, the first of the trial's; their labels are not.
    """

    base: str
    keep: Annotated[float, Field(gt=0, lt=1)]
    score: str = "second-order"
    repair: bool = True
    texts: Annotated[int, Field(ge=2)] = 512


class Candidate(Record):
    """A model of the catalog or a user's factory, with its options and recipe.

    Args:
        name: Unique in the scenario; letters, digits, `.`, `_` and `-`.
        model: A name of the catalog, or `package.module:factory`.
        options: Keyword arguments of the factory.
        recipe: How it is trained; models that fit themselves (forests, regressions) ignore it.
        prune: What is done to it after its training; model, options and recipe are those of the candidate it names.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=64)]
    model: Annotated[str, Field(min_length=1)]
    options: dict[str, bool | int | float | str | list[int] | list[float] | list[str]] = Field(default_factory=dict)
    recipe: Recipe = Recipe()
    prune: Prune | None = None

    def pruned(self, name: str, keep: float) -> "Candidate":
        """Return the candidate that this one is after pruning.

        Args:
            name: Of the new candidate.
            keep: Share of the neurons that stay.

        Returns:
            The new candidate, with `Prune`'s other settings as they come.

        >>> Candidate(name="minilm", model="minilm").pruned("half", keep=0.5).prune.base
        'minilm'
        """
        return self.model_copy(update={"name": name, "prune": Prune(base=self.name, keep=keep)})

    @property
    def trained_as(self) -> str:
        """Name of the candidate whose training gives its weights."""
        return self.name if self.prune is None else self.prune.base
