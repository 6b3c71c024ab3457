import pytest
from pydantic import ValidationError

from netwright.data.payments_view import VIEW as PAYMENTS
from netwright.features.bound_view import bind, read_view
from netwright.records.errors import InputError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn, Passed, WordColumn

COLUMNS = (NumberColumn(name="amount"), WordColumn(name="shop"))


def view_of(*features, **more):
    given = {"name": "v", "entity": "card", "time": "time", "columns": COLUMNS, "ttl": 60.0, "features": features}
    return FeatureView(**{**given, **more})


COUNT = Feature(name="n", aggregation="count")


def test_a_view_survives_its_json(tmp_path):
    (tmp_path / "view.json").write_text(PAYMENTS.to_json(indent=2))
    assert read_view(tmp_path / "view.json") == PAYMENTS
    assert str(PAYMENTS).splitlines()[1].split("  ")[0] == "payments in 1 h"


def test_all_faults_of_the_features_are_told_at_once():
    view = view_of(
        Feature(name="a", aggregation="cont"),
        Feature(name="b", aggregation="count", column="amount"),
        Feature(name="c", aggregation="sum"),
        Feature(name="d", aggregation="mean", column="shop"),
    )
    with pytest.raises(InputError) as told:
        bind(view)
    for fault in ("Did you mean count", "leave the column out", "'sum' needs a column", "'shop' is a column of words"):
        assert fault in str(told.value)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"columns": (NumberColumn(name="card"),)}, "two columns of the events are named 'card'"),
        ({"columns": (NumberColumn(name="Time"),)}, "two columns of the events"),
        ({"passed": (Passed(name="N", column="amount"),)}, "two columns of the row"),
        ({"features": (Feature(name="x", aggregation="sum", column="price"),)}, "no column 'price'"),
        ({"features": (Feature(name="x", aggregation="count", window=61.0),)}, "longer than the ttl"),
        ({"features": ()}, "at least 1"),
        ({"ttl": 0.0}, "greater than 0"),
        ({"ttl": float("inf")}, "finite number|less than"),
        ({"entity": "a\x00b"}, "pattern"),
        ({"passed": (Passed(name="p", column="time"),)}, "no column 'time'"),
        ({"passed": (Passed(name="p", column="amount", shown="hour"),)}, "shown of the time"),
        ({"passed": (Passed(name="p", column="shop", shown="log1p"),)}, "of words"),
    ],
)
def test_an_unsound_view_cannot_be_made(more, message):
    with pytest.raises(ValidationError, match=message):
        view_of(COUNT, **more)


@pytest.mark.parametrize("text", ["", "[]", '{"name": "v"}', '{"name": "v", "code": "import os"}'])
def test_a_file_that_holds_no_view_is_told(tmp_path, text):
    (tmp_path / "view.json").write_text(text)
    with pytest.raises(InputError, match=r"view\.json holds no feature view"):
        read_view(tmp_path / "view.json")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_view(tmp_path / "nothing.json")
