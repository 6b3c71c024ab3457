"""What an instrument answers: for each of its qualities a measurement, or why there is none."""

from netwright.records.measurement import Measurement, NotMeasured

Found = Measurement | NotMeasured
"""The answer on one quality."""


def not_measured(reason: str, *qualities: str) -> tuple[NotMeasured, ...]:
    """Return the answer of an instrument that does not apply.

    Args:
        reason: Why, and what would make it apply.
        qualities: Names of the qualities.

    Returns:
        One record a quality.

    >>> not_measured("there is no group column; name one as group", "fairness.accuracy_gap")[0].quality
    'fairness.accuracy_gap'
    """
    return tuple(NotMeasured(quality=quality, reason=reason) for quality in qualities)
