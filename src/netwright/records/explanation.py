"""Why a classifier answered as it did: where, and when, it saw what speaks for a class."""

from math import isnan, nan

from netwright.records.picture import Picture
from netwright.records.record import Record, Rows

MOST_SURE = 5
LEAST_LOST = 0.01
"""Changes of log odds that are smaller count as none."""
Grid = tuple[tuple[float, ...], ...]


class HeatLayer(Record):
    """A layer that the heat was read from.

    Args:
        name: Path of the module in the network.
        frames: Places that it keeps apart in time; 1 of an image.
        height: Places that it keeps apart from top to bottom.
        width: Places that it keeps apart from left to right.

    >>> print(HeatLayer(name="trunk.3", frames=2, height=7, width=7).told)
    trunk.3 (2 x 7x7)
    """

    name: str
    frames: int
    height: int
    width: int

    @property
    def told(self) -> str:
        """Name and size."""
        return f"{self.name} ({self.frames} x {self.height}x{self.width})"


class FrameHeat(Record):
    """What one frame contributes.

    Args:
        seconds: From the start of the video; NaN where that is not known.
        share: Of the heat of the whole clip, from 0 to 1; NaN where there is no heat at all, and where no gradient
            reaches the frame.
        drop: How much less probable the class becomes when stretches with this frame are hidden, on the mean; below 0
            where hiding helps, NaN where nothing was hidden.
        lost: The same of the log odds ln(p / (1 - p)), which move where a sure answer's probability hardly does.
    """

    seconds: float = nan
    share: float
    drop: float = nan
    lost: float = nan


class ShownFrame(Record):
    """A frame as a picture, with its heat.

    Args:
        frame: Which one, from 0.
        picture: The frame as the network saw it.
        heat: Row by row from the top; 1 is the hottest place of the clip.
    """

    frame: int
    picture: Picture
    heat: Grid


class Explanation(Record):
    """Why a classifier answered as it did to one image or one clip.

    Args:
        title: Name of the model.
        model: Its architecture, or the factory that made it.
        source: What was explained, such as the name of a file.
        classes: What each label means.
        probabilities: What the model answered, one a class.
        label: The class that is explained.
        truth: The true class; None where it is not known.
        layers: Where the heat was read.
        frames: One a frame of the clip, in order; one of an image.
        shown: Some of them as pictures: all where there are few, else the middle one of each of as many stretches of
            equal length.
        stretch: Frames that were hidden together; 0 where nothing was hidden.
        agreement: Spearman's rank correlation of the frames' heat and what they lose in log odds; NaN where a curve is
            flat.
        agreement_by_chance: Share of the shifts of one curve against the other in time that agree at least as well.
        notes: What a reader must know.
    """

    title: str
    model: str
    source: str
    classes: tuple[str, ...]
    probabilities: tuple[float, ...]
    label: int
    truth: int | None = None
    layers: tuple[HeatLayer, ...]
    frames: tuple[FrameHeat, ...]
    shown: tuple[ShownFrame, ...]
    stretch: int = 0
    agreement: float = nan
    agreement_by_chance: float = nan
    notes: tuple[str, ...] = ()

    @property
    def predicted(self) -> int:
        """The most probable class."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

    @property
    def hottest(self) -> int | None:
        """The frame with the largest share of the heat; None where there is no heat."""
        known = [place for place, frame in enumerate(self.frames) if not isnan(frame.share)]
        return max(known, key=lambda place: self.frames[place].share) if known else None

    def most_probable(self, most: int = MOST_SURE) -> list[tuple[str, float]]:
        """Return the most probable classes with their probabilities.

        Args:
            most: How many.

        Returns:
            (name, probability), the most probable first.
        """
        order = sorted(range(len(self.classes)), key=lambda label: -self.probabilities[label])
        return [(self.classes[label], self.probabilities[label]) for label in order[:most]]

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a frame."""
        rows: Rows = [
            (
                str(place),
                _figure(frame.seconds, "{:.2f} s"),
                _figure(frame.share, "{:.1%}"),
                _figure(frame.drop, "{:+.3f}"),
                _figure(frame.lost, "{:+.2f}"),
            )
            for place, frame in enumerate(self.frames)
        ]
        return ("frame", "time", "share of heat", "drop when hidden", "in log odds"), rows


class Explanations(Record):
    """Why a study's chosen model answered some of the test samples as it did.

    Args:
        each: One a sample.
        missing: Why there is none; empty where there are some.
    """

    each: tuple[Explanation, ...] = ()
    missing: str = ""


def _figure(value: float, form: str) -> str:
    return "–" if isnan(value) else form.format(value)
