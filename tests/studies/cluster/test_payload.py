import json

from hypothesis import given
from hypothesis import strategies as st

from netwright.studies.cluster.payload import relocate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_without_places_and_with_places_that_do_not_occur_nothing_changes(value):
    text = json.dumps(value)
    assert relocate(text, {}) == text
    assert json.loads(relocate(text, {"\0 nowhere": "x"})) == value


@given(JSON, st.text())
def test_there_and_back(value, path):
    marked = {"folder": path, "rest": [value]}
    moved = relocate(json.dumps(marked), {path: "/there \0"})
    assert json.loads(moved)["folder"] == "/there \0"
    assert json.loads(relocate(moved, {"/there \0": path})) == marked


def test_text_that_is_no_json_may_travel_where_nothing_is_replaced():
    assert relocate("not JSON", {}) == "not JSON"
