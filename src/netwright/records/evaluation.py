"""What a trained classifier answers on the test part, class by class."""

from math import nan
from typing import Final, Literal, NamedTuple

from netwright.records.measurement import Conditions
from netwright.records.record import Record, Rows

TOWARDS: Final = "towards"
AWAY: Final = "away"


class Rate(Record):
    """A share of samples, with its 90% interval.

    Args:
        hits: In how many it was so.
        n: Of how many; of none nothing is known: the interval is [0, 1].
        low: Lower end of the interval.
        high: Upper end.

    >>> str(Rate(hits=3, n=4, low=0.3, high=0.95))
    '75.0% (30.0% to 95.0%)'
    """

    hits: int
    n: int
    low: float = 0.0
    high: float = 1.0

    @property
    def value(self) -> float:
        """The share, NaN of no samples."""
        return self.hits / self.n if self.n else nan

    def __str__(self) -> str:
        return f"{self.value:.1%} ({self.low:.1%} to {self.high:.1%})" if self.n else "–"


class ClassAnswers(Record):
    """How the samples of one class are answered, and how often the class is the answer.

    Args:
        name: What the class means.
        recall: Share of its samples that are answered so.
        precision: Share of the samples answered so that are of the class.
        lean: Share of the answers that name the class minus its share of the samples.
        lean_low: Lower end of the 90% interval.
        lean_high: Upper end.
        leans: Whether the model leans towards the class or away from it, which it does where an interval of level
            1 - 0.1/K around `lean` does not hold 0; empty where it does, so that of all K classes one is named by
            chance in at most a tenth of the evaluations.
    """

    name: str
    recall: Rate
    precision: Rate
    lean: float
    lean_low: float
    lean_high: float
    leans: Literal["towards", "away", ""] = ""


class Confusion(NamedTuple):
    """Samples of one class that are answered as another.

    Args:
        truth: Index of their class.
        answer: Index of the class that they are taken for.
        samples: How many.
        share: Of the samples of their class.
    """

    truth: int
    answer: int
    samples: int
    share: float


class Answers(Record):
    """The answers to the samples of the test part, counted.

    Args:
        samples: What they are: `images`, `rows`, `texts`, `videos`, or `clips` of videos.
        top1: Share whose most probable class is the true one.
        top5: Share whose true class is among the 5 most probable; None of 5 classes or fewer.
        confusion: confusion[i][j] samples of class i were answered as class j.
        by_class: One a class, in order.
    """

    samples: str
    top1: Rate
    top5: Rate | None
    confusion: tuple[tuple[int, ...], ...]
    by_class: tuple[ClassAnswers, ...]

    def confusions(self) -> list[Confusion]:
        """Return every pair of classes that was confused, most samples first, then the largest share of its class.

        Returns:
            The pairs; a in place of b and b in place of a are two.
        """
        pairs = [
            Confusion(truth, answer, count, count / sum(row))
            for truth, row in enumerate(self.confusion)
            for answer, count in enumerate(row)
            if count and truth != answer
        ]
        return sorted(pairs, key=lambda pair: (-pair.samples, -pair.share, pair.truth, pair.answer))


class Evaluation(Record):
    """How well one trained model does on the test part of a data set.

    Args:
        title: Name of the model.
        model: Its architecture, or the factory that made it.
        data: Name of the data.
        classes: What each label means.
        parameters: Numbers that the model learned.
        whole: One answer a sample; of a video, the one after its last frame.
        clips: Of a model that reads videos in subclips, each subclip as a video of its own; None of others, and where
            a video is one subclip.
        conditions: The circumstances.
        notes: What a reader must know.
    """

    title: str
    model: str
    data: str
    classes: tuple[str, ...]
    parameters: int
    whole: Answers
    clips: Answers | None = None
    conditions: Conditions
    notes: tuple[str, ...] = ()

    @property
    def per_million(self) -> tuple[float, float, float]:
        """Accuracy for each million parameters, and its 90% interval; NaN of a model without any."""
        millions = self.parameters / 1e6 or nan
        top1 = self.whole.top1
        return top1.value / millions, top1.low / millions, top1.high / millions

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a figure of all classes together."""
        rows: Rows = []
        for answers in (self.whole, self.clips) if self.clips is not None else (self.whole,):
            rows.append(("top-1", str(answers.top1), f"{answers.top1.n:,} {answers.samples}"))
            if answers.top5 is not None:
                rows.append(("top-5", str(answers.top5), f"{answers.top5.n:,} {answers.samples}"))
        value, low, high = self.per_million
        rows.append(("top-1 / M parameters", f"{value:.4g} ({low:.4g} to {high:.4g})", f"{self.parameters:,} in all"))
        return ("figure", "value, 90% interval", "of"), rows
