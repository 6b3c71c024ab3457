"""A feature view: what a model is told of an entity's past, defined once for training and for serving."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from netwright.records.record import Record, Rows

Name = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")]
Seconds = Annotated[float, Field(gt=0, le=4e9, allow_inf_nan=False)]
Shown = Literal["value", "log1p"]


class NumberColumn(Record):
    """A column of numbers in the events.

    Args:
        kind: Always `number`.
        name: The column.
        decimals: Digits behind the point that count: values are rounded to them, so that any order of adding is exact.
    """

    kind: Literal["number"] = "number"
    name: Name
    decimals: Annotated[int, Field(ge=0, le=6)] = 2


class WordColumn(Record):
    """A column of words in the events; an empty word is a missing one.

    Args:
        kind: Always `word`.
        name: The column.
    """

    kind: Literal["word"] = "word"
    name: Name


SourceColumn = Annotated[NumberColumn | WordColumn, Field(discriminator="kind")]


class Feature(Record):
    """A number that sums up what was known of an entity at a moment.

    Args:
        name: The column of the model's row.
        aggregation: One of `netwright.features.aggregations.catalog`, such as `count` or `ratio`.
        column: What is aggregated; None where the aggregation looks at the events themselves.
        window: Seconds back from the moment; None for the view's `ttl`.
        default: The value where the window holds nothing to aggregate; None for missing (NaN).
        shown: `value`, or `log1p`: ln(1 + value), missing at or below -1.
    """

    name: Name
    aggregation: str
    column: str | None = None
    window: Seconds | None = None
    default: Annotated[float, Field(allow_inf_nan=False)] | None = None
    shown: Shown = "value"


class Passed(Record):
    """A column of the model's row that comes with the event itself.

    Args:
        name: The column of the model's row.
        column: A column of the events, or their time.
        shown: `value`; `log1p`, ln(1 + value), of a number; `hour`, the hour of the day in UTC, of the time.
    """

    name: Name
    column: str
    shown: Literal["value", "log1p", "hour"] = "value"


class FeatureView(Record):
    """Features of an entity at a moment, from the events before it.

    An event is seen at the moment t if it happened and arrived before t, and not longer ago than the window:
    t - window <= time < t and arrival < t. So events of the same time never see one another, and a late one is not
    seen before it arrived.

    Args:
        name: What the view is called.
        entity: The column that says whose event it is, such as the card.
        time: The column that says when it happened: a date and time, or seconds since the epoch.
        created: The column that says when it arrived, later than `time` or equal; None where all arrive at once.
        columns: The other columns of the events.
        features: What is computed from the past.
        passed: What the row shows of the event itself.
        ttl: Time to live: seconds after which an event counts no more; no window is longer.
        note: What a reader must know.
    """

    name: Name
    entity: Name
    time: Name
    created: Name | None = None
    columns: tuple[SourceColumn, ...] = ()
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
    passed: tuple[Passed, ...] = ()
    ttl: Seconds
    note: str = ""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        sources = [self.entity, self.time, *([self.created] if self.created else []), *(c.name for c in self.columns)]
        # a database takes names that differ only in capitals for one
        for kind, names in (("columns of the events", sources), ("columns of the row", self.row)):
            folded = [name.casefold() for name in names]
            twice = sorted({name for name in names if folded.count(name.casefold()) > 1})
            if twice:
                raise ValueError(f"two {kind} are named {twice[0]!r}; give each its own name")
        for feature in self.features:
            if feature.column is not None and feature.column not in {column.name for column in self.columns}:
                raise ValueError(f"feature {feature.name!r}: there is no column {feature.column!r}; add it to columns")
            if feature.window is not None and feature.window > self.ttl:
                raise ValueError(f"feature {feature.name!r}: its window is longer than the ttl of {self.ttl:g} seconds")
        for passed in self.passed:
            self._check_passed(passed)
        return self

    def _check_passed(self, passed: Passed) -> None:
        kinds = {column.name: column.kind for column in self.columns}
        if passed.shown == "hour":
            if passed.column != self.time:
                raise ValueError(f"{passed.name!r}: 'hour' is shown of the time, {self.time!r}")
        elif passed.column not in kinds:
            raise ValueError(f"{passed.name!r}: there is no column {passed.column!r}; add it to columns")
        elif passed.shown == "log1p" and kinds[passed.column] != "number":
            raise ValueError(f"{passed.name!r}: 'log1p' is shown of numbers; {passed.column!r} is one of words")

    @property
    def longest(self) -> float:
        """Seconds of the longest window: what is older is never looked at."""
        return max(feature.window or self.ttl for feature in self.features)

    @property
    def row(self) -> tuple[str, ...]:
        """Names of the columns of the model's row: the features, then what is passed."""
        return (*(one.name for one in self.features), *(one.name for one in self.passed))

    def table(self) -> tuple[tuple[str, ...], Rows]:
        """Return one row a column of the model's row: its name, how it is computed, of what, over how long."""
        rows: Rows = [
            (one.name, one.aggregation, one.column or "events", f"{one.window or self.ttl:g} s")
            for one in self.features
        ]
        rows += [(one.name, one.shown, one.column, "the event itself") for one in self.passed]
        return ("column", "is the", "of", "over"), rows


class FeatureCheck(Record):
    """The training join compared with the online store, event by event.

    Args:
        view: Name of the view.
        rows: How many rows were compared.
        values: How many values of features.
        different: How many of them differ: in their number, or in one being missing.
        largest: The largest difference between two numbers.
        first: Where the first difference stands, in words; empty where there is none.
    """

    view: str
    rows: int
    values: int
    different: int
    largest: float
    first: str = ""
