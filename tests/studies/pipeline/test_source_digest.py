"""Which change of code counts: what a module says and imports, not how it is laid out."""

import pytest

from netwright.studies.pipeline.history import History
from netwright.studies.pipeline.run import graph
from netwright.studies.pipeline.source_digest import Sources

FILES = {
    "__init__.py": "",
    "a.py": '"""A."""\nfrom netwright.b import two\n\ndef one():\n    """One."""\n    return two() + 1\n',
    "b.py": 'PLACE = "netwright.c:three"\n\ndef two():\n    return 2\n',
    "c.py": "def three():\n    from netwright.d import four\n    return four\n",
    "d.py": "four = 4\n",
    "e.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from netwright.a import one\nfive = 5\n",
}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_is_imported_inside_functions_and_named_in_strings_counts_and_for_type_checkers_does_not(root):
    assert Sources(root).imported_by(["netwright.a"]) == {f"netwright.{name}" for name in "abcd"}
    assert Sources(root).imported_by(["netwright.e"]) == {"netwright.e"}


@pytest.mark.parametrize(
    ("file", "old", "new", "differs"),
    [
        ("d.py", "four = 4", "four = 5", True),
        ("c.py", "return four", "return -four", True),
        ("a.py", "One.", "The first number.", False),
        ("b.py", "return 2", "return (\n        2  # two\n    )", False),
        ("e.py", "five = 5", "five = 6", False),
    ],
)
def test_meaning_counts_and_layout_does_not(root, file, old, new, differs):
    before = Sources(root).digest(["netwright.a"])
    (root / file).write_text((root / file).read_text().replace(old, new))
    assert (Sources(root).digest(["netwright.a"]) != before) is differs


def test_what_was_parsed_is_remembered_and_damaged_notes_are_made_anew(root, tmp_path, monkeypatch):
    notes = tmp_path / "notes.json"
    first = Sources(root, notes)
    digest = first.digest(["netwright.a"])
    first.remember()

    def never(text):
        raise AssertionError("parsed again")

    with monkeypatch.context() as patch:
        patch.setattr("netwright.studies.pipeline.source_digest._parse", never)
        assert Sources(root, notes).digest(["netwright.a"]) == digest
    for text in ("{", "[]", '{"x": 3}'):
        notes.write_text(text)
        assert Sources(root, notes).digest(["netwright.a"]) == digest


def test_the_trial_code_reaches_the_training_loop_and_not_the_choice():
    found = Sources().imported_by(["netwright.studies.trial_run"])
    assert {"netwright.training.epochs", "netwright.data.split", "netwright.models.mlp"} <= found
    assert not {name for name in found if name.startswith(("netwright.selection", "netwright.report", "netwright.cli"))}


@pytest.mark.parametrize(
    ("step", "reached", "spared"),
    [
        ("fetch", "netwright.data.csv_table", "netwright.data.validation.validate"),
        ("validate", "netwright.data.validation.near", "netwright.models.mlp"),
        ("split", "netwright.data.origin_order", "netwright.training.epochs"),
        ("study", "netwright.training.epochs", "netwright.report.write"),
        ("package", "netwright.studies.ship.packing", "netwright.report.write"),
        ("deploy", "netwright.studies.pipeline.deploying", "netwright.models.mlp"),
    ],
)
def test_each_step_depends_on_its_own_code_and_not_on_that_of_others(request_, sources, step, reached, spared):
    steps = {one.name: one for one in graph(request_, History(request_.root, []))}
    found = sources.imported_by(f"netwright.{name}" for name in steps[step].code)
    assert reached in found
    assert spared not in found
