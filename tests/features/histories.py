"""Views, random histories, and a slow, obvious computation of features to compare with."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from netwright.records.feature_view import Feature, FeatureView, NumberColumn, Passed, WordColumn

# an example costs a database: shrinking one would take minutes
AS_DRAWN = settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
WINDOWS = (3.0, 20.0, None)
TTL = 60.0


def features():
    made = [
        Feature(name=f"{kind} {window}", aggregation=kind, window=window)
        for kind in ("count", "since")
        for window in WINDOWS
    ]
    made += [
        Feature(name=f"{kind} {window}", aggregation=kind, column="amount", window=window)
        for kind in ("sum", "mean", "min", "max", "std", "last", "ratio", "distinct")
        for window in WINDOWS
    ]
    made += [
        Feature(name=f"shops {window}", aggregation="distinct", column="shop", window=window) for window in WINDOWS
    ]
    made.append(Feature(name="usual", aggregation="mean", column="amount", default=7.0, shown="log1p"))
    return tuple(made)


VIEW = FeatureView(
    name="everything",
    entity="card",
    time="time",
    created="created",
    columns=(NumberColumn(name="amount"), WordColumn(name="shop")),
    features=features(),
    passed=(
        Passed(name="ln amount", column="amount", shown="log1p"),
        Passed(name="own shop", column="shop"),
        Passed(name="hour", column="time", shown="hour"),
    ),
    ttl=TTL,
)

# few entities, coarse times and a few amounts: equal ones of each must occur
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 200).map(lambda half: half / 2),
        st.sampled_from([0.0, 0.0, 0.0, 0.5, 4.0, 50.0]),
        st.sampled_from([math.nan, 0.0, -1.5, 0.005, 0.015, 12.34, 1e5, 3.0]) | st.floats(-1e5, 1e5),
        st.sampled_from(["", "x", "y", "zürich"]),
    ),
    min_size=1,
    max_size=25,
)


def as_columns(events):
    cards, times, delays, amounts, shops = zip(*events, strict=True)
    return {
        "card": np.array(cards),
        "time": np.array(times),
        "created": np.array(times) + np.array(delays),
        "amount": np.array(amounts, np.float64),
        "shop": np.array(shops),
    }


def as_rows(columns):
    return [{name: values[place].item() for name, values in columns.items()} for place in range(len(columns["card"]))]


def cents(amount):
    """Decimal rounding as binary numbers round: of the product that a computer has, halves to the even one."""
    return round(amount * 100.0)


def slow(view, events, card, at, own):
    """The features by definition: a loop over all events, with exact fractions."""
    found = {}
    for feature in view.features:
        window = feature.window or view.ttl
        seen = [e for e in events if e["card"] == card and at - window <= e["time"] < at and e["created"] < at]
        value = _slow_value(feature, seen, at, own)
        if math.isnan(value) and feature.default is not None:
            value = feature.default
        found[feature.name] = _shown(feature, value)
    return found


def _shown(feature, value):
    if feature.shown == "value":
        return value
    return math.log1p(value) if value > -1 else math.nan


def _slow_value(feature, seen, at, own):  # noqa: PLR0911 - one line an aggregation
    if feature.aggregation == "count":
        return float(len(seen))
    if feature.aggregation == "since":
        return at - max(e["time"] for e in seen) if seen else math.nan
    if feature.column == "shop":
        return float(len({e["shop"] for e in seen} - {""}))
    known = [e for e in seen if not math.isnan(e["amount"])]
    values = [cents(e["amount"]) for e in known]
    if feature.aggregation == "sum":
        return sum(values) / 100
    if feature.aggregation == "distinct":
        return float(len(set(values)))
    if not values or (feature.aggregation == "std" and len(values) < 2):
        return math.nan
    total = Fraction(sum(values), len(values))
    if feature.aggregation == "ratio":
        return math.nan if math.isnan(own) or not total else float(cents(own) / total)
    latest = max((e["time"] for e in known), default=0)
    return {
        "mean": lambda: float(total / 100),
        "min": lambda: min(values) / 100,
        "max": lambda: max(values) / 100,
        "std": lambda: _slow_deviation(values) / 100,
        "last": lambda: max(v for e, v in zip(known, values, strict=True) if e["time"] == latest) / 100,
    }[feature.aggregation]()


def _slow_deviation(values):
    # Lagrange's identity: n sum x^2 - (sum x)^2 is the sum of the squared differences of all pairs
    count = len(values)
    squares = sum((x - y) ** 2 for place, x in enumerate(values) for y in values[:place])
    return math.sqrt(float(squares) / (count * (count - 1)))


def same(one, other):
    return one == other or (one != one and other != other)
