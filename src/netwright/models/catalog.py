"""The architectures that a scenario may name; reading it imports none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from netwright.records.candidate import Recipe
from netwright.records.errors import CandidateError, nearest

STANDARD = Recipe()
PUBLISHED = Recipe(
    optimizer="sgd",
    lr=0.1,
    momentum=0.9,
    weight_decay=1e-3,
    epochs=100,
    batch_size=16,
    schedule="plateau",
    augment="corner-crop",
)
"""Of the causal ShuffleNet (its paper, section 4.5); the weight decay is the released code's, the paper names none."""


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
        reads: `numbers` (images or rows, float32), `texts` (rows of bytes, uint8) or `clips` (frames of bytes, uint8).
        recipe: How a candidate is trained whose scenario does not say.
    """

    name: str
    factory: str
    options: tuple[str, ...]
    fits_itself: bool
    source: str
    needs: tuple[str, ...] = ()
    reads: Literal["numbers", "texts", "clips"] = "numbers"
    recipe: Recipe = STANDARD


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
    Architecture(
        name="causal-shufflenet",
        factory="netwright.models.video.causal_shufflenet:causal_shufflenet",
        options=("buffer", "subclip", "groups", "width", "dropout", "loss_on"),
        fits_itself=False,
        source="Zhao and Zheng, 3D Causal ShuffleNet in Dual Paths for Efficient Action Recognition",
        reads="clips",
        recipe=PUBLISHED,
    ),
    Architecture(
        name="shufflenet3d",
        factory="netwright.models.video.shufflenet3d:shufflenet3d",
        options=("width", "groups", "dropout"),
        fits_itself=False,
        source="Zhang et al. 2018; in 3D: Köpüklü et al. 2019",
        reads="clips",
    ),
    Architecture(
        name="mobilenet3d",
        factory="netwright.models.video.mobilenet3d:mobilenet3d",
        options=("width", "dropout"),
        fits_itself=False,
        source="Howard et al. 2017; in 3D: Köpüklü et al. 2019",
        reads="clips",
    ),
    Architecture(
        name="resnet3d",
        factory="netwright.models.video.resnet3d:resnet3d",
        options=("depth", "shortcut", "width", "dropout"),
        fits_itself=False,
        source="Hara, Kataoka and Satoh 2018",
        reads="clips",
    ),
    Architecture(
        name="r2plus1d",
        factory="netwright.models.video.r2plus1d:r2plus1d",
        options=("depth", "width", "dropout"),
        fits_itself=False,
        source="Tran et al. 2018",
        reads="clips",
    ),
    Architecture(
        name="inception3d",
        factory="netwright.models.video.inception3d:inception3d",
        options=("width", "dropout"),
        fits_itself=False,
        source="Carreira and Zisserman 2017",
        reads="clips",
    ),
    Architecture(
        name="x3d",
        factory="netwright.models.video.x3d:x3d",
        options=("width", "depth", "dropout"),
        fits_itself=False,
        source="Feichtenhofer 2020",
        reads="clips",
    ),
    Architecture(
        name="causal-slowfast",
        factory="netwright.models.video.causal_slowfast:causal_slowfast",
        options=("rate", "paths", "laterals", "differences", "block", "gate"),
        fits_itself=False,
        source="netwright; two rates: Feichtenhofer et al. 2019; causal convolutions: Kondratyuk et al. 2021",
        reads="clips",
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
