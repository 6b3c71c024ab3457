"""The twelve setups of the anatomy paper (figure 5a), by name, with what the paper prints of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from netwright.pruning.criterion.thresholds import Thresholds, fitted


@dataclass(frozen=True)
class Published:
    """What the anatomy paper prints of a setup; it took texts of IMDB, which are no others' to compare with.

    Args:
        removed: Share of all neurons that went; None where the paper prints none.
        exact: Whether the share follows from printed counts; else it is read off its figure.
        accuracy: Share of right answers after; None where the paper prints none for this setup.
        seconds: Time for 1,000 texts; None where the paper prints none for this setup.
        counts: Neurons that went, layer by layer (figure 4a); empty where none are printed.
    """

    removed: float | None = None
    exact: bool = False
    accuracy: float | None = None
    seconds: float | None = None
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Preset:
    """A setup of the paper.

    Args:
        name: Such as `bert-1`, in the order of figure 5a.
        family: The paper's model, 12 layers of 3,072 neurons.
        thresholds: The rule for those 12 layers.
        published: What the paper prints.

    >>> PRESETS["bert-1"].for_layers(6).focus_layers, PRESETS["gpt2-7"].text
    ((2, 3, 4, 5), 'gpt2-7: alpha 0.15')
    """

    name: str
    family: str
    thresholds: Thresholds
    published: Published

    @property
    def text(self) -> str:
        """Its name and numbers, as a plan states it."""
        return f"{self.name}: {self.thresholds.text}"

    def for_layers(self, layers: int) -> Thresholds:
        """Return its thresholds for a model of any depth, as `thresholds.fitted` scales them.

        Args:
            layers: Blocks of the model.
        """
        return fitted(self.thresholds, layers)


_BERT_COUNTS = (207, 233, 195, 347, 732, 429, 932, 579, 1453, 787, 1979, 2594)
_GPT2_COUNTS = (0, 130, 133, 183, 236, 241, 284, 375, 374, 332, 187, 1430)
_NEURONS = 12 * 3072


def _bert(number: int, alpha: float, beta: float, published: Published) -> Preset:
    rule = Thresholds(alpha, beta, focus_layers=(4, 6, 8, 10, 11), one_sided_layers=(11,))
    return Preset(f"bert-{number}", "BERT", rule, published)


def _gpt2(number: int, alpha: float, focus: tuple[int, ...], published: Published) -> Preset:
    # the focus layers of this rule differ from the others in their sign only
    return Preset(f"gpt2-{number}", "GPT-2", Thresholds(alpha, focus_layers=focus, one_sided_layers=focus), published)


_ALL = (
    _bert(1, 0.01, 0.001, Published(sum(_BERT_COUNTS) / _NEURONS, True, 0.862, 13.71, _BERT_COUNTS)),
    _bert(2, 0.025, 0.001, Published(0.38)),
    _bert(3, 0.05, 0.001, Published(0.52)),
    _bert(4, 0.05, 0.005, Published(0.71, accuracy=0.78)),
    _bert(5, 0.05, 0.01, Published(0.77)),
    _gpt2(1, 0.05, (11,), Published(sum(_GPT2_COUNTS) / _NEURONS, True, 0.849, 23.38, _GPT2_COUNTS)),
    _gpt2(2, 0.075, (11,), Published()),
    _gpt2(3, 0.1, (11,), Published()),
    _gpt2(4, 0.125, (11,), Published()),
    _gpt2(5, 0.15, (11,), Published()),
    _gpt2(6, 0.15, (10, 11), Published()),
    _gpt2(7, 0.15, (8, 9, 10, 11), Published()),
)

PRESETS: Mapping[str, Preset] = MappingProxyType({preset.name: preset for preset in _ALL})
"""Name -> setup, in the order of figure 5a."""
