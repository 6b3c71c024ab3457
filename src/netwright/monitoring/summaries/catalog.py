"""Which summary watches which kind of data."""

from netwright.monitoring.summaries.image import ImageSummary
from netwright.monitoring.summaries.row import RowSummary
from netwright.monitoring.summaries.summary import Summary
from netwright.monitoring.summaries.text import TextSummary
from netwright.monitoring.summaries.video import VideoSummary
from netwright.records.errors import InputError

KINDS = ("image", "row", "text", "video")


def summary_for(kind: str, feature_names: tuple[str, ...] = (), channels: int = 1) -> Summary:
    """Return the summary of a kind of data.

    Args:
        kind: `image`, `row`, `text` or `video`, as forms call it.
        feature_names: Of a row's values.
        channels: Of images and clips.

    Returns:
        The summary.

    Raises:
        InputError: Another kind.

    >>> summary_for("text").names[:2]
    ('characters', 'words')
    """
    match kind:
        case "image":
            return ImageSummary(channels)
        case "row":
            return RowSummary(feature_names)
        case "text":
            return TextSummary()
        case "video":
            return VideoSummary(channels)
    raise InputError(f"no summary watches {kind!r}: write one of {', '.join(KINDS)}")
