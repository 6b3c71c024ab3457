"""What is known of a data set before it is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A data set that netwright knows.

    Args:
        name: The name in scenarios.
        loader: `module:function` (or `module:object.method`) that returns its `Dataset`.
        task: The kind of prediction.
        train: Training samples.
        test: Test samples.
        shape: Of an input: (channels, height, width) of an image, (channels, frames, height, width) of a video,
            (features,) of a row, (bytes,) of a text.
        classes: How many classes.
        licence: Under which licence.
        origin: Where it comes from, in words.
        fetcher: `module:function` that puts its files in place and returns `Fetched`.
        groups: Columns whose groups can be compared.
        view: `module:name` of the feature view that its rows were computed by; empty where there is none.
    """

    name: str
    loader: str
    task: str
    train: int
    test: int
    shape: tuple[int, ...]
    classes: int
    licence: str
    origin: str
    fetcher: str
    groups: tuple[str, ...] = ()
    view: str = ""
