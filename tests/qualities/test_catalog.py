import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from netwright.qualities import definitions
from netwright.qualities.catalog import INSTRUMENTS, QUALITIES, find_quality, instruments_for
from netwright.records.errors import InputError
from netwright.records.units import UNITS


def test_is_read_without_torch():
    code = "import sys, netwright.qualities.catalog; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_names_and_modules_are_unique():
    names = [quality.name for quality in QUALITIES]
    modules = [instrument.module for instrument in INSTRUMENTS]
    assert len(set(names)) == len(names)
    assert len(set(modules)) == len(modules)


@pytest.mark.parametrize("quality", QUALITIES, ids=lambda quality: quality.name)
def test_a_quality_is_complete(quality):
    assert find_quality(quality.name) is quality
    assert quality.unit in UNITS
    assert 0 < quality.smallest_difference < 1
    assert quality.relative == (quality.highest == float("inf"))  # a share of what has no upper bound
    assert quality.definition.endswith(".")


def test_a_wrong_name_gets_the_nearest():
    with pytest.raises(InputError, match=r"'latency.p90'.*Did you mean latency\.p99 or latency\.p50\?"):
        find_quality("latency.p90")


def test_every_definition_is_in_the_catalog():
    folder = Path(definitions.__file__).parent
    found = [import_module(f"netwright.qualities.definitions.{file.stem}") for file in folder.glob("[a-z]*.py")]
    assert {one.module for part in found for one in part.INSTRUMENTS} == {one.module for one in INSTRUMENTS}


def test_the_standard_ones_and_those_that_are_asked_for_measure():
    standard = instruments_for("trial")
    assert all(one.standard and one.moment == "trial" for one in standard)
    more = instruments_for("trial", ["accuracy", "robustness.pgd", "latency.p99", "no such quality"])
    assert [one.module for one in more if one not in standard] == ["netwright.qualities.pgd"]
    assert [one for one in INSTRUMENTS if one in more] == list(more)


def test_what_is_dear_is_measured_on_demand_only():
    dear = {"corruptions", "fgsm", "pgd", "incremental", "batch_latency", "inference_memory", "prediction_energy"}
    standard = {one.module.rpartition(".")[2] for one in INSTRUMENTS if one.standard}
    assert not dear & standard
