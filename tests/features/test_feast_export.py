import ast
import keyword

import numpy as np
import pytest
from tests.features.histories import VIEW, as_columns

from netwright.data.payments_view import VIEW as PAYMENTS
from netwright.features.database import Resources, opened
from netwright.features.feast_export import definitions, export_feast, feast_fields
from netwright.features.training_join import training_join
from netwright.records.errors import DataError, InputError
from netwright.records.feature_view import Feature, FeatureView, NumberColumn

EVENTS = as_columns([("a", 1.0, 0.0, 5.0, "x"), ("a", 2.0, 0.0, 6.0, "y"), ("b", 4.0, 0.0, 7.0, "")])


def calls(text):
    """Name -> its calls' keyword arguments, for the constructors in a module of definitions."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.setdefault(node.func.id, []).append({word.arg: word.value for word in node.keywords})
    return found


def test_the_definitions_are_python_that_names_every_column():
    found = calls(definitions(PAYMENTS))
    (view,), (entity,), (source,) = found["FeatureView"], found["Entity"], found["FileSource"]
    assert ast.literal_eval(view["name"]) == "payments"
    assert ast.literal_eval(entity["join_keys"]) == ["card"]
    assert ast.literal_eval(source["path"]) == "data/values.parquet"
    assert ast.literal_eval(found["timedelta"][0]["seconds"]) == PAYMENTS.ttl
    fields = {ast.literal_eval(field["name"]): field["dtype"].id for field in found["Field"]}
    assert len(fields) == len(PAYMENTS.row)
    assert fields["payments_in_24_h"] == "Float64"
    assert fields["merchant"] == "String"


def test_hostile_names_stay_literals():
    name = '"); import os; os.abort(); ("'
    view = FeatureView(
        name=name, entity="class", time="time", columns=(NumberColumn(name="'''"),), ttl=60.0, note='"""\\',
        features=(Feature(name=name, aggregation="sum", column="'''"), Feature(name="!!!", aggregation="count")),
    )  # fmt: skip
    tree = ast.parse(definitions(view))
    assert {type(node).__name__ for node in tree.body} == {"Expr", "ImportFrom", "Assign"}
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"datetime", "feast", "feast.types"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    for field in feast_fields(view):
        assert field.name.isidentifier()
        assert not keyword.iskeyword(field.name)


def test_names_that_become_the_same_are_told_apart():
    view = FeatureView(
        name="v", entity="card", time="time", ttl=60.0,
        features=tuple(Feature(name=name, aggregation="count") for name in ("a b", "a-b", "a_b", "card", "1")),
    )  # fmt: skip
    assert [field.name for field in feast_fields(view)] == ["a_b", "a_b_2", "a_b_3", "card_2", "f_1"]


def test_the_values_are_those_of_training(tmp_path):
    assert export_feast(VIEW, EVENTS, tmp_path / "repository") == 3
    folder = tmp_path / "repository"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"feature_store.yaml", "features.py", "data/values.parquet"}
    with opened(Resources()) as connection:
        found = connection.execute(f"FROM '{folder}/data/values.parquet'").fetchnumpy()
    expected = training_join(VIEW, EVENTS)
    fields = feast_fields(VIEW)
    assert list(found) == ["card", "event_timestamp", *(field.name for field in fields)]
    for (name, values), field in zip(expected.items(), fields, strict=True):
        if values.dtype.kind == "f":
            assert np.array_equal(np.ma.filled(found[field.name], np.nan), values, equal_nan=True), name
    assert list(tmp_path.iterdir()) == [folder]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(InputError, match="there already"):
        export_feast(VIEW, EVENTS, tmp_path)


def test_a_failed_export_can_be_repeated(tmp_path):
    broken = {**EVENTS, "amount": np.array([np.inf, 1.0, 2.0])}
    with pytest.raises(DataError):
        export_feast(VIEW, broken, tmp_path / "repository")
    assert not list(tmp_path.iterdir())
    assert export_feast(VIEW, EVENTS, tmp_path / "repository") == 3
