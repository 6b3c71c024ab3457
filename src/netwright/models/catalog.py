"""The architectures that a scenario may name; reading it imports none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from netwright.records.errors import CandidateError, nearest


@dataclass(frozen=True)
class Architecture:
    """A model of the catalog.

    Args:
        name: How scenarios name it.
        factory: Where it is made, `module:function`.
        options: What the factory accepts beside shape and classes.
        fits_itself: Whether it is a `netwright.models.fits_itself.FitsItself`, and takes no recipe.
        source: The publication it follows.
        needs: Data sources that must have been fetched, such as pretrained weights.
        reads: `numbers` (images or rows, float32) or `texts` (rows of bytes, uint8).
    """

    name: str
    factory: str
    options: tuple[str, ...]
    fits_itself: bool
    source: str
    needs: tuple[str, ...] = ()
    reads: Literal["numbers", "texts"] = "numbers"


ARCHITECTURES = (
    Architecture(
        name="alexnet",
        factory="netwright.models.alexnet:alexnet",
        options=("depth", "width", "dropout"),
        fits_itself=False,
        source="Krizhevsky, Sutskever and Hinton 2012; one tower: Krizhevsky 2014",
    ),
    Architecture(
        name="googlenet",
        factory="netwright.models.googlenet:googlenet",
        options=("depth", "width", "dropout", "norm", "kernel", "auxiliary"),
        fits_itself=False,
        source="Szegedy et al. 2015",
    ),
    Architecture(
        name="resnet",
        factory="netwright.models.resnet:resnet",
        options=("depth", "width", "dropout", "filters"),
        fits_itself=False,
        source="He et al. 2016",
    ),
    Architecture(
        name="vgg",
        factory="netwright.models.vgg:vgg",
        options=("depth", "width", "norm", "dropout"),
        fits_itself=False,
        source="Simonyan and Zisserman 2015",
    ),
    Architecture(
        name="mlp",
        factory="netwright.models.mlp:mlp",
        options=("hidden", "dropout"),
        fits_itself=False,
        source='lecture "Machine Learning in Production: Toward Architecture and Design"',
    ),
    Architecture(
        name="logistic-regression",
        factory="netwright.models.logistic_regression:logistic_regression",
        options=("C", "max_iter"),
        fits_itself=True,
        source="Hastie, Tibshirani and Friedman 2009, section 4.4",
    ),
    Architecture(
        name="decision-tree",
        factory="netwright.models.decision_tree:decision_tree",
        options=("max_depth", "min_leaf"),
        fits_itself=True,
        source="Breiman, Friedman, Olshen and Stone 1984",
    ),
    Architecture(
        name="random-forest",
        factory="netwright.models.random_forest:random_forest",
        options=("trees", "max_depth", "min_leaf"),
        fits_itself=True,
        source="Breiman 2001",
    ),
    Architecture(
        name="minilm",
        factory="netwright.models.text.minilm:minilm",
        options=("max_length", "dropout", "checkpoint"),
        fits_itself=False,
        source="Wang et al. 2020; the weights of all-MiniLM-L6-v2",
        needs=("minilm",),
        reads="texts",
    ),
    Architecture(
        name="bert",
        factory="netwright.models.text.bert:bert",
        options=("layers", "width", "feed_forward", "max_length", "dropout", "embeddings"),
        fits_itself=False,
        source="Devlin, Chang, Lee and Toutanova 2019",
        needs=("minilm",),
        reads="texts",
    ),
    Architecture(
        name="gpt2",
        factory="netwright.models.text.gpt2:gpt2",
        options=("layers", "width", "feed_forward", "max_length", "dropout", "embeddings"),
        fits_itself=False,
        source="Radford et al. 2019",
        needs=("minilm",),
        reads="texts",
    ),
    Architecture(
        name="tfidf-regression",
        factory="netwright.models.text.tfidf_regression:tfidf_regression",
        options=("C", "features", "ngrams", "max_iter"),
        fits_itself=True,
        source="Wang and Manning 2012; hashed: Weinberger et al. 2009",
        reads="texts",
    ),
)


def find_architecture(name: str) -> Architecture:
    """Return the architecture of a name.

    Args:
        name: As scenarios write it.

    Returns:
        The architecture.

    Raises:
        CandidateError: There is none of that name; the message names the nearest ones.

    >>> find_architecture("resnet").factory
    'netwright.models.resnet:resnet'
    """
    found = next((architecture for architecture in ARCHITECTURES if architecture.name == name), None)
    if found is None:
        known = [architecture.name for architecture in ARCHITECTURES]
        raise CandidateError(f"there is no model {name!r}. {nearest(name, known)} Or write package.module:function.")
    return found


def check_options(model: str, given: Iterable[str], known: tuple[str, ...]) -> None:
    """Refuse options that a model does not have.

    Args:
        model: Its name, for the message.
        given: The options of a candidate.
        known: The options of the model.

    Raises:
        CandidateError: An option is unknown; the message names the nearest ones, for each of them.

    >>> check_options("mlp", ["hidden"], ("hidden", "dropout"))
    """
    faults = [f"{model} has no option {option!r}. {nearest(option, known)}" for option in given if option not in known]
    if faults:
        raise CandidateError(" ".join(faults))
