import doctest
from pathlib import Path

from netwright.models.catalog import ARCHITECTURES

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def test_the_examples_of_the_page_run_as_printed():
    result = doctest.testfile(str(PAGE), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted >= 10
    assert result.failed == 0


def test_the_page_names_every_architecture_and_option():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    # the first table comes last here, so that its rows stay
    rows = {line.split("`")[1]: line for line in reversed(lines)}
    for architecture in ARCHITECTURES:
        assert all(f"`{option}`" in rows[architecture.name] for option in architecture.options)
