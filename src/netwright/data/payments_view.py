"""The feature view of the card payments: what a model is told of a payment and of its card's past."""

from netwright.records.feature_view import Feature, FeatureView, NumberColumn, Passed, WordColumn

_HOUR, _DAY = 3_600.0, 86_400.0

VIEW = FeatureView(
    name="payments",
    entity="card",
    time="time",
    columns=(
        NumberColumn(name="amount", decimals=2),
        WordColumn(name="merchant"),
        WordColumn(name="channel"),
        WordColumn(name="country"),
        WordColumn(name="device"),
        NumberColumn(name="km from home", decimals=1),
        NumberColumn(name="wrong codes", decimals=0),
        NumberColumn(name="months of account", decimals=0),
    ),
    features=(
        Feature(name="payments in 1 h", aggregation="count", window=_HOUR),
        Feature(name="payments in 24 h", aggregation="count", window=_DAY),
        Feature(name="ln seconds since last", aggregation="since", shown="log1p"),
        Feature(name="ln amount in 24 h", aggregation="sum", column="amount", window=_DAY, shown="log1p"),
        Feature(name="ln amount to usual", aggregation="ratio", column="amount", shown="log1p"),
        Feature(name="ln largest amount", aggregation="max", column="amount", shown="log1p"),
        Feature(name="ln smallest amount in 24 h", aggregation="min", column="amount", window=_DAY, shown="log1p"),
        Feature(name="ln spread of amounts", aggregation="std", column="amount", shown="log1p"),
        Feature(name="ln last amount", aggregation="last", column="amount", shown="log1p"),
        Feature(name="ln usual km from home", aggregation="mean", column="km from home", shown="log1p"),
        Feature(name="merchants in 24 h", aggregation="distinct", column="merchant", window=_DAY),
        Feature(name="countries in 7 days", aggregation="distinct", column="country", window=7 * _DAY),
        Feature(name="wrong codes in 24 h", aggregation="sum", column="wrong codes", window=_DAY),
    ),
    passed=(
        Passed(name="ln amount", column="amount", shown="log1p"),
        Passed(name="ln km from home", column="km from home", shown="log1p"),
        Passed(name="hour", column="time", shown="hour"),
        Passed(name="wrong codes", column="wrong codes"),
        Passed(name="months of account", column="months of account"),
        Passed(name="merchant", column="merchant"),
        Passed(name="channel", column="channel"),
        Passed(name="country", column="country"),
        Passed(name="device", column="device"),
    ),
    ttl=30 * _DAY,
    note="SYNTHETIC payments, drawn by netwright; the features are computed from them",
)
"""Defined once: `netwright.data.payments` trains on it, and `netwright.features.online_features` serves it."""
