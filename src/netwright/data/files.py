"""What is known of files that can be fetched and are no data set."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Files:
    """Files that are fetched as data sets are, but are none: pretrained weights, videos without labels.

    Args:
        name: The name for `fetch`.
        holds: What they are, in words.
        use: What they are for, as a sentence that says what to write.
        licence: Under which licence.
        origin: Where they come from, in words.
        fetcher: `module:function` that puts them in place and returns `Fetched`.
    """

    name: str
    holds: str
    use: str
    licence: str
    origin: str
    fetcher: str
