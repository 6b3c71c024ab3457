"""Scenario files: good ones are read, bad ones are told in full."""

from pathlib import Path

import pytest

from netwright.records.errors import InputError, LedgerError, ScenarioError
from netwright.studies.read import read_scenario, read_study

EXAMPLES = Path(__file__).parents[2] / "examples"

GOOD = """\
name = "tiny"
task = "image-classification"
data = "digits"

[design]
sizes = [50, 100, 200]
seeds = 2

[limits]
memory = "2 GiB"
time = "90 s"

[[candidate]]
name = "small"
model = "mlp"
options = { hidden = [32] }
recipe = { optimizer = "adam", lr = 1e-3, epochs = 2 }

[[candidate]]
name = "own"
model = "package.module:factory"

[constraints]
accuracy = ">= 80 %"
"latency.p99" = "<= 10 ms"

[preferences]
order = ["accuracy", "size"]
tolerance = { accuracy = 0.005, size = "10 kB" }
"""


def _faults(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "s.toml"
    file.write_text(text)
    with pytest.raises(ScenarioError) as caught:
        read_scenario(file)
    assert str(caught.value).startswith(f"{file} has {len(caught.value.faults)} fault")
    return [str(fault) for fault in caught.value.faults]


def _only_fault(tmp_path: Path, old: str, new: str) -> str:
    assert old in GOOD
    faults = _faults(tmp_path, GOOD.replace(old, new, 1))
    assert len(faults) == 1, faults
    return faults[0]


def test_a_good_scenario_is_read_in_base_units(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(GOOD)
    scenario = read_scenario(file)
    assert scenario.design.sizes == (50, 100, 200)
    assert (scenario.limits.memory, scenario.limits.time) == (2 * 2**30, 90.0)
    assert [(c.quality, c.relation, c.bound) for c in scenario.constraints] == [
        ("accuracy", ">=", 0.8),
        ("latency.p99", "<=", 0.01),
    ]
    assert scenario.preferences.tolerance == {"accuracy": 0.005, "size": 10_000.0}
    assert scenario.candidates[0].options == {"hidden": [32]}


def test_the_hash_knows_content_not_layout(tmp_path):
    one, two, three = (tmp_path / name for name in ("a.toml", "b.toml", "c.toml"))
    one.write_text(GOOD)
    two.write_text("# a comment\n" + GOOD.replace("seeds = 2", "seeds   =   2"))
    three.write_text(GOOD.replace("seeds = 2", "seeds = 3"))
    hashes = [read_scenario(file).digest() for file in (one, two, three)]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_example_is_read(example):
    assert read_scenario(example).candidates


def test_five_faults_at_once_are_all_told_with_line_and_key(tmp_path):
    text = (
        GOOD.replace('model = "mlp"', 'model = "mpl"')
        .replace("seeds = 2", "seeds = 0")
        .replace('"<= 10 ms"', '"<= 10 MB"')
        .replace('memory = "2 GiB"', 'memory = "2"')
        .replace("lr = 1e-3", "learning_rate = 1e-3")
    )
    faults = _faults(tmp_path, text)
    assert len(faults) == 5
    for line, key in [
        (7, "design.seeds"),
        (10, "limits.memory"),
        (15, "candidate[0].model"),
        (17, "candidate[0].recipe.learning_rate"),
        (25, "constraints.latency.p99"),
    ]:
        assert any(fault.startswith(f"line {line}: {key}:") for fault in faults), (line, key, faults)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('model = "mlp"', 'model = "mlpp"', "Did you mean mlp?"),
        ("{ hidden = [32] }", "{ hiden = [32] }", "Did you mean hidden?"),
        ('accuracy = ">= 80 %"', 'acuracy = ">= 80 %"', "Did you mean accuracy"),
        ('order = ["accuracy", "size"]', 'order = ["accuracy", "sise"]', "Did you mean size?"),
        ('"<= 10 ms"', '"<= 10"', "no unit"),
        ('"<= 10 ms"', '"10 ms"', "a relation and a bound"),
        ('"<= 10 ms"', "10", "a relation and a bound"),
        ("sizes = [50, 100, 200]", "sizes = [50, 100, 2000]", "1297 training samples"),
        ("sizes = [50, 100, 200]", "sizes = [50, 200, 100]", "ascending"),
        ("sizes = [50, 100, 200]", "sizes = [5, 100, 200]", "fewer than the 10 classes"),
        ("sizes = [50, 100, 200]", "sizes = []", "design.sizes"),
        ('data = "digits"', 'data = "digit"', "Did you mean digits?"),
        ('data = "digits"', "data = 7", "name of a data source"),
        ('task = "image-classification"', 'task = "images"', "image-classification"),
        ('name = "tiny"', 'name = "tiny/../../x"', "name"),
        ('name = "own"', 'name = "small"', "is taken"),
        ('"package.module:factory"', '"package module:factory"', "package.module:function"),
        ('optimizer = "adam"', 'optimizer = "adamx"', "adamw"),
        ("epochs = 2", "epoch = 2", "Did you mean epochs?"),
        ("epochs = 2", "epochs = 0", "greater than or equal to 1"),
        ('time = "90 s"', 'time = "90 s"\nspeed = 3', "no meaning"),
        ('time = "90 s"', 'time = "-90 s"', "greater than 0"),
        ("[preferences]", "[preferences]\nbest = 1", "no meaning"),
        ('name = "tiny"', 'name = "tiny"\ncolour = "red"', "no meaning"),
        ("accuracy = 0.005", "accuracy = -1", "at least 0"),
        ("accuracy = 0.005", "precision = 1", "there is no quality 'precision'"),
    ],
)
def test_each_fault_says_what_was_found_and_what_to_do(tmp_path, old, new, told):
    assert told in _only_fault(tmp_path, old, new)


@pytest.mark.parametrize("key", ["name", "task", "data"])
def test_a_missing_key_is_told_once(tmp_path, key):
    lines = GOOD.splitlines()
    lines.remove(next(line for line in lines if line.startswith(f"{key} = ")))
    (fault,) = _faults(tmp_path, "\n".join(lines))
    assert fault.startswith(f"{key}: it is missing")


def test_broken_toml_is_told_with_its_line(tmp_path):
    (fault,) = _faults(tmp_path, GOOD.replace("seeds = 2", "seeds = = 2"))
    assert fault.startswith("line 7: (syntax):")


def test_no_candidates(tmp_path):
    text = GOOD[: GOOD.index("[[candidate]]")] + GOOD[GOOD.index("[constraints]") :]
    (fault,) = _faults(tmp_path, text)
    assert "at least one [[candidate]]" in fault


def test_folder_data_is_relative_to_the_file(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text(GOOD.replace('"digits"', '"folder:leaves"'))
    assert read_scenario(file).data == f"folder:{tmp_path.resolve() / 'leaves'}"


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(InputError, match="there is no scenario file"):
        read_scenario(tmp_path / "none.toml")
    with pytest.raises(InputError, match="is a folder"):
        read_scenario(tmp_path)
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"name = \xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        read_scenario(binary)


def test_a_folder_without_a_decision(tmp_path):
    with pytest.raises(LedgerError, match=r"no decision\.json"):
        read_study(tmp_path)
