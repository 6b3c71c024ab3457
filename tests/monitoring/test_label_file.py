"""Files of labels: what is right is entered once, what is wrong is told by line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwright.monitoring.event import Event, Label
from netwright.monitoring.label_file import SOURCES, Told, enter, read_labels
from netwright.monitoring.store import Store
from netwright.records.errors import InputError

CLASSES = ("cat", "dog", "1")


def written(tmp_path, text, name="labels.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), min_size=1, max_size=9), st.integers(0, 2),
                  st.sampled_from(SOURCES)), min_size=1, max_size=20, unique_by=lambda row: row[0],
    )
)  # fmt: skip
def test_json_lines_say_what_was_written(tmp_path_factory, rows):
    lines = [json.dumps({"id": name, "label": label, "source": source}) for name, label, source in rows]
    path = written(tmp_path_factory.mktemp("labels"), "\n".join(lines) + "\n", "a.jsonl")
    found = read_labels(path, CLASSES)
    assert [one[1:] for one in found] == rows
    assert [one.line for one in found] == list(range(1, len(rows) + 1))


def test_a_csv_file_has_names_or_indices_and_may_have_sources(tmp_path):
    path = written(tmp_path, '\ufeffID,Label,source\r\na/0, dog ,\r\n\r\n"b,0",0,outcome\r\nc,1,model\r\n')
    assert read_labels(path, CLASSES) == (
        Told(2, "a/0", 1, "person"), Told(4, "b,0", 0, "outcome"), Told(5, "c", 2, "model")
    )  # fmt: skip


def test_a_line_that_says_the_same_again_is_left_out(tmp_path):
    assert len(read_labels(written(tmp_path, "id,label\na,cat\na,cat\na,0\n"), CLASSES)) == 1


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "", "no label in it"),
        ("a.csv", "id,label\n", "no label in it"),
        ("a.csv", "name,label\na,cat\n", "line 1: the columns are name, label"),
        ("a.csv", "id,id,label\na,b,cat\n", "line 1: the columns"),
        ("a.csv", "id,label\na,bird\n", "line 2: the label is 'bird', which is no class.*Known: 1, cat, dog"),
        ("a.csv", "id,label\na,3\n", "line 2: the label is '3'"),
        ("a.csv", "id,label\na,-1\n", "line 2: the label is '-1'"),
        ("a.csv", "id,label\n,cat\n", "line 2: the id is missing"),
        ("a.csv", "id,label\na,cat,person\n", "line 2: 3 cells"),
        ("a.csv", "id,label,source\na,cat,me\n", "line 2: the source is 'me'; give person, outcome, model"),
        ("a.csv", "id,label\na,cat\nb,dog\na,dog\n", "line 4: 'a' has another label or source than in line 2"),
        ("a.csv", 'id,label\n"a,cat\n', "line 2: unexpected end"),
        ("a.csv", b"id,label\n\xff,cat\n", "line 2: found bytes"),
        ("a.jsonl", '{"id": "a", "label": "cat"}\n{"id"\n', "line 2: this is no JSON"),
        ("a.jsonl", "[1]\n", "line 1: expected an object"),
        ("a.jsonl", '{"id": "a", "label": "cat", "x": 1}', "line 1: expected an object"),
        ("a.jsonl", '{"id": 3, "label": "cat"}', "line 1: the id is 3"),
        ("a.jsonl", '{"id": "a", "label": true}', "line 1: the label is True"),
        ("a.jsonl", '{"id": "a", "label": null}', "line 1: the label is missing"),
        ("a.jsonl", "[" * 100_000, "line 1: this is no JSON"),
        ("a.txt", "id,label\n", "ends in .txt"),
    ],
)
def test_faults_are_told_by_line(tmp_path, name, text, told):
    with pytest.raises(InputError, match=told):
        read_labels(written(tmp_path, text, name), CLASSES)


def test_all_faults_are_told_at_once_and_the_first_ten_by_name(tmp_path):
    lines = "".join(f"{i},bird\n" for i in range(25))
    with pytest.raises(InputError, match="25 faults") as caught:
        read_labels(written(tmp_path, f"id,label\n{lines}"), CLASSES)
    assert str(caught.value).count("line ") == 10
    assert "and 15 more" in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_labels(tmp_path / "no.csv", CLASSES)


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "t.db") as store:
        events = [Event(name, 0.0, "1", "mlp", "main", 200, 0, 0.5, 0.01) for name in ("a", "b", "c")]
        store.append(events, [Label("a", 0, 1.0), Label("b", 0, 1.0), Label("c", 0, 1.0, "model")])
        yield store


def test_each_label_is_entered_once(store):
    told = [Told(2, "a", 0, "person"), Told(3, "b", 1, "person"), Told(4, "c", 0, "person"), Told(5, "x", 0, "person")]
    found = enter(store, told, 9.0)
    assert (found.entered, found.corrected, found.repeated, found.unknown) == (2, 1, 1, 1)
    assert found.examples == ("line 5: x",)
    again = enter(store, told, 10.0)
    assert (again.entered, again.repeated) == (0, 3)
    assert store.read("SELECT id, label, source FROM labels WHERE rowid > 3") == [
        ("b", 1, "person"),
        ("c", 0, "person"),
    ]
    assert "known already" in str(again)


def test_labels_of_another_store_are_refused(store):
    with pytest.raises(InputError, match="none of the 1 ids is in the telemetry"):
        enter(store, [Told(2, "x", 0, "person")], 9.0)


def test_many_labels_are_entered_in_parts(tmp_path):
    with Store(tmp_path / "many.db") as store:
        store.append([Event(str(i), 0.0, "1", "mlp", "main", 200, 0, 0.5, 0.01) for i in range(6000)])
        found = enter(store, [Told(i, str(i), 0, "model") for i in range(6000)], 1.0)
        assert (found.entered, found.from_model) == (6000, 6000)
        assert store.read("SELECT count(*) FROM labels") == [(6000,)]
