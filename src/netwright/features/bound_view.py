"""A feature view with the code that computes it."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from netwright.features.aggregations.aggregation import Aggregation
from netwright.features.aggregations.catalog import find_aggregation
from netwright.features.times import MICROSECONDS
from netwright.records.errors import InputError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn, WordColumn


@dataclass(frozen=True)
class BoundFeature:
    """A feature with its aggregation.

    Args:
        feature: The declaration.
        aggregation: What computes it.
        column: What is aggregated; None for the events themselves.
        window: Microseconds back from the moment.
    """

    feature: Feature
    aggregation: Aggregation
    column: NumberColumn | WordColumn | None
    window: int


@dataclass(frozen=True)
class BoundView:
    """A view with its features bound.

    Args:
        view: The declaration.
        features: In its order.
        longest: Microseconds of the longest window.
    """

    view: FeatureView
    features: tuple[BoundFeature, ...]
    longest: int

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Columns of the event itself that its row shows or compares with the past."""
        compared = [one.column.name for one in self.features if one.column and one.feature.aggregation == "ratio"]
        shown = [passed.column for passed in self.view.passed if passed.column != self.view.time]
        return tuple(dict.fromkeys([*compared, *shown]))


def bind(view: FeatureView) -> BoundView:
    """Return a view with the code of its features.

    Args:
        view: The view.

    Returns:
        The bound view.

    Raises:
        InputError: Features name unknown aggregations, or columns that these cannot take; all such faults at once.
    """
    columns = {column.name: column for column in view.columns}
    features: list[BoundFeature] = []
    faults: list[str] = []
    for feature in view.features:
        try:
            aggregation = find_aggregation(feature.aggregation)
        except InputError as error:
            faults.append(f"feature {feature.name!r}: {error}")
            continue
        column = columns.get(feature.column) if feature.column is not None else None
        faults += _misfit(feature, aggregation, column)
        window = round((feature.window or view.ttl) * MICROSECONDS)
        features.append(BoundFeature(feature, aggregation, column, max(window, 1)))
    if faults:
        raise InputError("\n  ".join([f"the view {view.name!r} cannot be computed:", *faults]))
    return BoundView(view, tuple(features), max(feature.window for feature in features))


def read_view(path: Path) -> FeatureView:
    """Return the view that a JSON file holds.

    Args:
        path: The file.

    Returns:
        The view, whose features can be computed.

    Raises:
        InputError: The file cannot be read, or holds no such view.
    """
    try:
        view = FeatureView.from_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; correct the path") from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'the view'}: {one['msg']}" for one in error.errors()]
        raise InputError("\n  ".join([f"{path} holds no feature view; correct:", *faults])) from error
    bind(view)
    return view


def _misfit(feature: Feature, aggregation: Aggregation, column: NumberColumn | WordColumn | None) -> list[str]:
    told = f"feature {feature.name!r}: {feature.aggregation!r}"
    if aggregation.takes == "events":
        return [f"{told} looks at the events themselves; leave the column out"] if column is not None else []
    if column is None:
        return [f"{told} needs a column; name one"]
    if aggregation.takes == "numbers" and column.kind != "number":
        return [f"{told} needs numbers, but {column.name!r} is a column of words"]
    return []
