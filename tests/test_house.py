"""The rules of the house: sizes, names, and what importing costs."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import netwright

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "netwright").rglob("*.py"))
FILES = sorted(file for part in ("src", "tests", "benchmarks", "examples") for file in (ROOT / part).rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST_FILE, LONGEST_FUNCTION, MOST_PARAMETERS = 300, 50, 8


def _functions(file: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(file.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_long(file: Path):
    assert len(file.read_text().splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_function_is_long_or_takes_much(file: Path):
    for function in _functions(file):
        assert function.end_lineno is not None
        lines = function.end_lineno - function.lineno + 1
        arguments = function.args
        parameters = len(arguments.posonlyargs) + len(arguments.args) + len(arguments.kwonlyargs)
        assert lines <= LONGEST_FUNCTION, f"{function.name} has {lines} lines"
        assert parameters <= MOST_PARAMETERS, f"{function.name} takes {parameters} parameters"


def test_no_file_or_folder_has_a_vague_name():
    parts = {part for file in FILES for part in file.relative_to(ROOT).with_suffix("").parts}
    assert not parts & VAGUE


def test_no_class_inherits_deeper_than_one_level_of_ours():
    bases = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ClassDef)
    }
    # the error tree is three levels deep on purpose: its depth is what a caller catches by
    ours = {name: [base for base in parents if base in bases] for name, parents in bases.items() if "Error" not in name}
    deep = [name for name, parents in ours.items() if any(ours.get(parent) for parent in parents)]
    assert not deep


def test_public_names_are_documented_and_load():
    documented = {
        line.split("`")[1].split("(")[0].removeprefix("netwright.")
        for line in (ROOT / "docs" / "api.md").read_text().splitlines()
        if line.startswith("- `netwright.")
    }
    assert set(netwright.__all__) == documented
    for name in netwright.__all__:
        assert getattr(netwright, name) is not None


def test_an_unknown_public_name_says_what_there_is():
    with pytest.raises(AttributeError, match="read_scenario"):
        _ = netwright.nonsense


def test_importing_has_no_side_effects_and_is_cheap():
    program = (
        "import sys, time, json, threading, os; before = set(sys.modules); environment = dict(os.environ);"
        "start = time.perf_counter(); import netwright; seconds = time.perf_counter() - start;"
        "print(json.dumps({'seconds': seconds, 'threads': threading.active_count(),"
        "'environment': dict(os.environ) == environment, 'heavy': sorted(set(sys.modules) - before &"
        "{'torch', 'numpy', 'mlflow', 'altair', 'sklearn', 'pydantic'})}))"
    ).replace("set(sys.modules) - before &", "(set(sys.modules) - before) &")
    told = [json.loads(_python("-c", program)) for _ in range(3)]
    assert all(run["threads"] == 1 and run["environment"] and run["heavy"] == [] for run in told)
    assert min(run["seconds"] for run in told) < 0.150


def test_help_is_quick_and_loads_nothing_heavy():
    program = (
        "import sys, time; start = time.perf_counter(); sys.argv = ['netwright', '--help'];"
        "from netwright.cli.main import app\n"
        "try:\n    app()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'mlflow', 'altair', 'sklearn', 'scipy'} & set(sys.modules)\n"
        "print('TOLD', time.perf_counter() - start, sorted(heavy))"
    )
    told = [_python("-c", program).splitlines()[-1].split(" ", 2) for _ in range(3)]
    assert all(heavy == "[]" for _, _, heavy in told)
    assert min(float(seconds) for _, seconds, _ in told) < 0.400


def _python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_only_those_who_may_see_tracking_import_it():
    # the import contract lists the rooms that must not; this also holds for rooms that are yet to come
    allowed = {"tracking", "studies", "report", "serving", "cli"}
    rooms = {file: file.relative_to(ROOT / "src" / "netwright").parts[0] for file in SOURCES}
    others = [file for file, room in rooms.items() if room not in allowed]
    assert not [file for file in others if "netwright.tracking" in file.read_text()]
