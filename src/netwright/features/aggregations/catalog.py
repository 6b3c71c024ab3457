"""Every aggregation that a feature view can name."""

from collections.abc import Mapping
from types import MappingProxyType

from netwright.features.aggregations.aggregation import Aggregation
from netwright.features.aggregations.count import Count
from netwright.features.aggregations.distinct import Distinct
from netwright.features.aggregations.extreme import Extreme
from netwright.features.aggregations.last import Last
from netwright.features.aggregations.mean import Mean
from netwright.features.aggregations.ratio import Ratio
from netwright.features.aggregations.since import Since
from netwright.features.aggregations.spread import Spread
from netwright.features.aggregations.total import Total
from netwright.records.errors import InputError, nearest

AGGREGATIONS: Mapping[str, Aggregation] = MappingProxyType(
    {
        "count": Count(),
        "sum": Total(),
        "mean": Mean(),
        "min": Extreme("min"),
        "max": Extreme("max"),
        "std": Spread(),
        "distinct": Distinct(),
        "since": Since(),
        "last": Last(),
        "ratio": Ratio(),
    }
)
"""Name in views -> what computes it; another one is a file in this folder and a line here."""


def find_aggregation(name: str) -> Aggregation:
    """Return an aggregation by its name.

    Args:
        name: As views write it.

    Returns:
        The aggregation.

    Raises:
        InputError: There is none of that name; the message tells the nearest ones.

    >>> find_aggregation("count").takes
    'events'
    """
    if name not in AGGREGATIONS:
        raise InputError(f"there is no aggregation {name!r}. {nearest(name, list(AGGREGATIONS))}")
    return AGGREGATIONS[name]
