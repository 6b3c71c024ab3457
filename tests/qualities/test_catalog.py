import subprocess
import sys

import pytest

from netwright.qualities.catalog import INSTRUMENTS, QUALITIES, find_quality
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
